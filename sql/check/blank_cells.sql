-- sent.findings: cells that the standard wants filled in.
-- grain: file, line, field
-- reads: sent.cells, standard.columns
insert into day.sent.findings by name
select
    cells.file,
    cells.line,
    cells.field,
    'value_missing'                             as code,
    null                                        as value
from day.sent.cells as cells
inner join day.standard.columns as columns using (file, field)
where columns.mandatory and trim(cells.value) = ''
