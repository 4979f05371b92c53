-- sent.findings: enrollments marked primary that are no teacher's, and further primary teachers of a class whose time
-- overlaps with that of an earlier one. Rows of a delta that delete something are no teachers any more.
-- grain: file, line
-- reads: sent.cells
insert into day.sent.findings by name
with marked as (
    select
        marks.line,
        roles.value                             as role,
        class_ids.value                         as class_id,
        coalesce(nullif(begins.value, ''), '0') as begins,
        coalesce(nullif(ends.value, ''), '9')   as ends
    from day.sent.cells as marks
    inner join day.sent.cells as roles
        on marks.file = roles.file and marks.line = roles.line and roles.field = 'role'
    inner join day.sent.cells as class_ids
        on marks.file = class_ids.file and marks.line = class_ids.line and class_ids.field = 'classSourcedId'
    left join day.sent.cells as begins
        on marks.file = begins.file and marks.line = begins.line and begins.field = 'beginDate'
    left join day.sent.cells as ends
        on marks.file = ends.file and marks.line = ends.line and ends.field = 'endDate'
    left join day.sent.cells as statuses
        on marks.file = statuses.file and marks.line = statuses.line and statuses.field = 'status'
    where
        marks.file = 'enrollments.csv'
        and marks.field = 'primary'
        and marks.value = 'true'
        and coalesce(statuses.value, '') <> 'tobedeleted'
)

select
    'enrollments.csv'                           as file,
    line,
    'primary'                                   as field,
    'primary_not_teacher'                       as code,
    role                                        as value
from marked
-- a role that is no word of the standard is a finding of its own
where role in ('administrator', 'proctor', 'student')
union all
select distinct
    'enrollments.csv'                           as file,
    later.line,
    'primary'                                   as field,
    'primary_twice'                             as code,
    later.class_id                              as value
from marked as later
inner join marked as earlier
    on
        later.class_id = earlier.class_id
        and later.line > earlier.line
        and later.ends > earlier.begins
        and later.begins < earlier.ends
where later.role = 'teacher' and earlier.role = 'teacher'
