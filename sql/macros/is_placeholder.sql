-- is_placeholder(name): whether a name stands for nobody: a vacant post, a name to come, a word in a name's place
create macro is_placeholder(name) as
regexp_matches(lower(name), '\b(vacant|vacancy|tbd|tba|unassigned|placeholder)\b')
or regexp_full_match(
    lower(name),
    '[^\pL]*((contact|father|first|guardian|hire|hired|last|mother|na|name|new|no|none|not|null|parent|position|staff'
    || '|student|sub|substitute|teacher|temp|test|unknown|user|x|xx|xxx)([^\pL]+|$))+'
)
