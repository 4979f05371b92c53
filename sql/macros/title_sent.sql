-- title_sent(cell): a class's title; null where the cell is blank, stands for nothing, or is what a spreadsheet has put
-- in the place of a title
create macro title_sent(cell) as
if(is_spreadsheet_value(cell), null, name_of(cell, null))
