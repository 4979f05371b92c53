-- is_near(known, sent): whether two names, as name_tokens makes them, have a part in common, or parts that differ by
-- one letter, from six letters on by two. Two letters in each other's place are one. Null where a name is blank.
create macro is_near(known, sent) as
case
    when len(known) = 0 or len(sent) = 0 then null
    when list_has_any(known, sent) then true
    else len(list_filter(
        known,
        lambda one: len(list_filter(
            sent,
            lambda other: abs(length(one) - length(other)) <= 2
            and damerau_levenshtein(one, other) <= if(least(length(one), length(other)) >= 6, 2, 1)
        )) > 0
    )) > 0
end
