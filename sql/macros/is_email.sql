-- is_email(cell): whether a cell has the form of an e-mail address, without marks around it
create macro is_email(cell) as
regexp_full_match(
    trim(cell),
    '[^@\s,;:<>"()\[\]''][^@\s,;:<>"()\[\]]*@[^@\s,;:<>"''()\[\]]+\.[^@\s,;:.<>"''()\[\]]+'
)
