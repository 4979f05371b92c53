-- sent.findings: ids that no row of the referenced file has. One missing row is one finding for each column that names
-- it, with how many rows do. A delta may speak of what was sent before, so only bulk files are held to it, and only
-- where the referenced file is no delta; rows that could not be read may hold the id.
-- grain: file, field, value
-- reads: sent.elements, sent.cells, sent.modes, sent.rows, sent.columns
insert into day.sent.findings by name
with wanted as (
    select
        elements.file,
        elements.field,
        elements.reference,
        elements.value,
        min(elements.line)                      as line,
        count(distinct elements.line)           as rows
    from day.sent.elements as elements
    inner join day.sent.modes as modes using (file)
    left join day.sent.modes as targets on elements.reference = targets.file
    where
        elements.reference is not null
        and elements.is_sound
        and modes.mode = 'bulk'
        and coalesce(targets.mode, 'bulk') = 'bulk'
        -- where the file is not there, or has no column of ids, that is the finding
        and elements.reference in (select file from day.sent.columns where field = 'sourcedId')
    group by elements.file, elements.field, elements.reference, elements.value
),

ids as (
    select file, value
    from day.sent.cells
    where field = 'sourcedId'
    union
    select rows.file, unnest(rows.cells) as value
    from day.sent.rows as rows
    semi join day.sent.findings as findings
        on rows.file = findings.file and rows.line = findings.line and findings.code = 'field_count'
),

dangling as (
    select wanted.*
    from wanted
    anti join ids on wanted.reference = ids.file and wanted.value = ids.value
),

-- leading zeros lost or added, other letters' case, blanks: what is meant is told
nearly as (
    select
        dangling.file,
        dangling.field,
        dangling.value,
        min(ids.value)                          as closest
    from dangling
    inner join ids
        on
            dangling.reference = ids.file
            and ltrim(lower(trim(dangling.value)), '0') = ltrim(lower(trim(ids.value)), '0')
    group by all
)

select
    dangling.file,
    dangling.line,
    dangling.field,
    'reference_unknown'                         as code,
    dangling.value || ' is not in ' || dangling.reference
    || if(dangling.rows > 1, ' (named by ' || dangling.rows || ' rows)', '')
    || coalesce('; it has ' || nearly.closest, '') as value
from dangling
left join nearly using (file, field, value)
