-- plain_phone(digits, pattern): a North American number in E.164; null where it is none, or one digit seven times
create macro plain_phone(digits, pattern) as
if(
    regexp_full_match(digits, pattern) and right(digits, 7) <> repeat(right(digits, 1), 7),
    '+1' || right(digits, 10),
    null
)
