-- sent.findings: status and dateLastModified, which are blank in a bulk file and filled in in a delta file.
-- grain: file, line, field
-- reads: sent.cells, sent.modes
insert into day.sent.findings by name
select
    cells.file,
    cells.line,
    cells.field,
    if(modes.mode = 'bulk', 'not_blank_in_bulk', 'blank_in_delta') as code,
    nullif(cells.value, '')                     as value
from day.sent.cells as cells
inner join day.sent.modes as modes using (file)
where
    cells.field in ('status', 'dateLastModified')
    and if(modes.mode = 'bulk', cells.value <> '', trim(cells.value) = '')
