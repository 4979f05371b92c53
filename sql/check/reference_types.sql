-- sent.findings: references to a row of the wrong type, such as a school that is a district.
-- grain: file, line, field
-- reads: sent.elements, sent.cells, standard.words
insert into day.sent.findings by name
with keys as (
    select
        ids.file,
        ids.value                               as id,
        types.value                             as type
    from day.sent.cells as ids
    inner join day.sent.cells as types on ids.file = types.file and ids.line = types.line
    -- a type that is no word of the standard is a finding of its own
    inner join day.standard.words as words
        on
            types.file = words.file
            and types.field = words.field
            and types.value = words.word
            and words.use = 'vocabulary'
    where ids.field = 'sourcedId' and types.field = 'type'
),

wanted as (
    select
        file,
        field,
        list(word)                              as words
    from day.standard.words
    where use = 'target_type'
    group by file, field
)

select
    elements.file,
    elements.line,
    elements.field,
    'reference_type'                            as code,
    elements.value || ' is of type ' || keys.type || ' in ' || elements.reference || ', and must be of type '
    || array_to_string(wanted.words, ' or ')    as value
from day.sent.elements as elements
inner join wanted on elements.file = wanted.file and elements.field = wanted.field
inner join keys on elements.reference = keys.file and elements.value = keys.id
where not list_contains(wanted.words, keys.type)
