-- the rows of each file: received, and those with an error. A row that names an id which is not there has one, though
-- only the first that names it is listed.
-- grain: file
-- reads: sent.columns, sent.rows, sent.findings, sent.elements, standard.codes
with dangling as (
    select
        others.file,
        others.line
    from day.sent.findings as findings
    inner join day.sent.elements as listed
        on
            findings.file = listed.file
            and findings.line = listed.line
            and findings.field = listed.field
            and starts_with(findings.value, listed.value || ' is not in ')
    inner join day.sent.elements as others
        on
            listed.file = others.file
            and listed.field = others.field
            -- of a file that is not in the package no id is there
            and (listed.value = others.value or contains(findings.value, ', which is not in the package'))
    where findings.code = 'reference_unknown'
),

wrong as (
    select
        file,
        count(distinct line)                    as rejected
    from (
        select
            findings.file,
            findings.line
        from day.sent.findings as findings
        inner join day.standard.codes as codes using (code)
        semi join day.sent.rows as rows on findings.file = rows.file and findings.line = rows.line
        where codes.severity = 'error'
        union
        select
            file,
            line
        from dangling
    )
    group by file
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
