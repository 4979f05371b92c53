-- sent.findings: lists with an empty element, or with blanks around one.
-- grain: file, line, field
-- reads: sent.cells, standard.columns
insert into day.sent.findings by name
select
    cells.file,
    cells.line,
    cells.field,
    'list_element_blank'                        as code,
    cells.value
from day.sent.cells as cells
inner join day.standard.columns as columns using (file, field)
where
    columns.is_list
    and trim(cells.value) <> ''
    and regexp_matches(cells.value, '^\s|\s$|^,|,$|,,|\s,|,\s')
