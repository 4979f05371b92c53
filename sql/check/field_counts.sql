-- sent.findings: rows with more or fewer cells than their header.
-- grain: file, line
-- reads: sent.rows, sent.columns
insert into day.sent.findings by name
with widths as (select file, count(*) as width from day.sent.columns group by file)

select
    rows.file,
    rows.line,
    null                                        as field,
    'field_count'                               as code,
    len(rows.cells) || ' cells where the header has ' || widths.width as value
from day.sent.rows as rows
inner join widths using (file)
where len(rows.cells) <> widths.width
