-- told(cell, placeholders): the cell without spaces around it; null where it is blank or stands for nothing, such as --
create macro told(cell, placeholders) as
if(list_contains(placeholders, lower(trim(cell))), null, nullif(trim(cell), ''))
