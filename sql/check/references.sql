-- sent.findings: ids that no row of the referenced file has. One missing row is one finding for each column that names
-- it, and one missing file is one for each column that refers to it, with how many rows do. A delta may speak of what
-- was sent before, so only bulk files are held to it, and only where the referenced file is no delta; rows that could
-- not be read may hold the id. Where a file is said to be missing already, or could not be read, that is the finding.
-- grain: file, field, value
-- reads: sent.elements, sent.cells, sent.modes, sent.rows, sent.columns, sent.findings
insert into day.sent.findings by name
with judged as (
    select
        elements.file,
        elements.field,
        elements.reference,
        elements.value,
        elements.line,
        list_contains($there::varchar[], elements.reference) as is_there
    from day.sent.elements as elements
    inner join day.sent.modes as modes using (file)
    left join day.sent.modes as targets on elements.reference = targets.file
    where
        elements.reference is not null
        and elements.is_sound
        and modes.mode = 'bulk'
        and coalesce(targets.mode, 'bulk') = 'bulk'
        and not list_contains($told::varchar[], elements.reference)
),

wanted as (
    select
        file,
        field,
        reference,
        is_there,
        arg_min(value, line)                    as value,
        min(line)                               as line,
        count(distinct line)                    as rows
    from judged
    where
        not is_there
        or (
            reference in (select file from day.sent.columns where field = 'sourcedId')
            and reference in (select file from day.sent.rows)
        )
    group by file, field, reference, is_there, if(is_there, value, null)
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
    || if(dangling.is_there, '', ', which is not in the package')
    || if(
        dangling.rows > 1,
        if(dangling.is_there, ' (named by ', ' (it is referred to by ') || dangling.rows || ' rows)',
        ''
    )
    || coalesce('; it has ' || nearly.closest, '') as value
from dangling
left join nearly using (file, field, value)
