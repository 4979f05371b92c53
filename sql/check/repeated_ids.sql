-- sent.findings: rows whose sourcedId an earlier row of the file has.
-- grain: file, line
-- reads: sent.cells
insert into day.sent.findings by name
select
    file,
    line,
    field,
    'id_repeated'                               as code,
    value[:100]                                 as value
from day.sent.cells
where field = 'sourcedId' and trim(value) <> ''
qualify row_number() over (partition by file, value order by line) > 1
