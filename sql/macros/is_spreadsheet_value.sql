-- is_spreadsheet_value(cell): whether a spreadsheet has put something else in the place of a value: a number such as
-- 2.17555E+09, or an error such as #N/A
create macro is_spreadsheet_value(cell) as
regexp_full_match(
    trim(cell, ' "'), '-?[0-9]([.,][0-9]+)?E[+-]?[0-9][0-9][0-9]?|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)'
)
