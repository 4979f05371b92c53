-- is_email(cell): whether a cell has the form of an e-mail address, without marks around it: letters of all alphabets,
-- and dots only between others
create macro is_email(cell) as
regexp_full_match(
    trim(cell),
    '[\pL\pN_!#$%&*+/=?^`\x7b|\x7d~-][\pL\pN_!#$%&''*+/=?^`\x7b|\x7d~-]*(\.[\pL\pN_!#$%&''*+/=?^`\x7b|\x7d~-]+)*'
    || '@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+(\pL\pL+|[xX][nN]--[A-Za-z0-9-]+)'
)
