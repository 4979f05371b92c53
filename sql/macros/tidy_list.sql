-- tidy_list(cell): a list as the standard writes it, without blanks around its elements and without empty ones; null
-- where nothing is left
create macro tidy_list(cell) as
nullif(array_to_string(
    list_filter(list_transform(string_split(cell, ','), lambda element: trim(element)), lambda element: element <> ''),
    ','
), '')
