-- the rows of each file: received, and those with an error.
-- grain: file
-- reads: sent.columns, sent.rows, sent.findings, standard.codes
with wrong as (
    select
        findings.file,
        count(distinct findings.line)           as rejected
    from day.sent.findings as findings
    inner join day.standard.codes as codes using (code)
    semi join day.sent.rows as rows on findings.file = rows.file and findings.line = rows.line
    where codes.severity = 'error'
    group by findings.file
),

received as (
    select
        file,
        count(*)                                as received
    from day.sent.rows
    group by file
)

select
    files.file,
    coalesce(received.received, 0)              as received,
    coalesce(wrong.rejected, 0)                 as rejected
from (select distinct file from day.sent.columns) as files
left join received using (file)
left join wrong using (file)
