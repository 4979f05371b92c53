-- sent.findings: what the text advises: no value of more than 255 characters, a school year that is the year of its
-- end, scores of students, marks of grading periods.
-- grain: none
-- reads: sent.cells, standard.columns, sent.elements
insert into day.sent.findings by name
with keys as (
    select
        ids.file,
        ids.value                               as id,
        kinds.value                             as kind
    from day.sent.cells as ids
    inner join day.sent.cells as kinds on ids.file = kinds.file and ids.line = kinds.line
    where
        ids.field = 'sourcedId'
        and (ids.file, kinds.field) in (('users.csv', 'role'), ('academicSessions.csv', 'type'))
)

select
    cells.file,
    cells.line,
    cells.field,
    'value_long'                                as code,
    length(cells.value) || ' characters'        as value
from day.sent.cells as cells
inner join day.standard.columns as columns using (file, field)
where columns.kind = 'string' and not columns.is_list and length(cells.value) > 255
union all
select
    years.file,
    years.line,
    years.field,
    'school_year_differs'                       as code,
    years.value || ', ends on ' || ends.value   as value
from day.sent.elements as years
inner join day.sent.elements as ends on years.file = ends.file and years.line = ends.line
inner join day.sent.cells as types on years.file = types.file and years.line = types.line
where
    years.field = 'schoolYear'
    and ends.field = 'endDate'
    and types.field = 'type'
    and types.value = 'schoolYear'
    and years.is_sound
    and ends.is_sound
    and years.value <> ends.value[:4]
union all
select
    elements.file,
    elements.line,
    elements.field,
    if(elements.field = 'studentSourcedId', 'reference_role', 'reference_unusual') as code,
    elements.value || ' is a ' || keys.kind     as value
from day.sent.elements as elements
inner join keys on elements.reference = keys.file and elements.value = keys.id
where
    (
        elements.field = 'studentSourcedId'
        -- a role that is no word of the standard is a finding of its own
        and keys.kind in ('administrator', 'aide', 'guardian', 'parent', 'proctor', 'relative', 'teacher')
    )
    or (elements.field = 'gradingPeriodSourcedId' and keys.kind <> 'gradingPeriod')
