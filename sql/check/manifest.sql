-- the manifest's rows.
-- grain: line
-- reads: sent.cells
select
    names.line,
    names.value                                 as name,
    words.value
from day.sent.cells as names
inner join day.sent.cells as words on names.file = words.file and names.line = words.line
where names.file = 'manifest.csv' and names.field = 'propertyName' and words.field = 'value'
order by names.line
