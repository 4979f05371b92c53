-- sent.findings: enrollments that begin before or end after the terms of their class.
-- grain: file, line, field
-- reads: sent.elements, sent.cells
insert into day.sent.findings by name
with sessions as (
    select
        ids.value                               as id,
        begins.value                            as begins,
        ends.value                              as ends
    from day.sent.cells as ids
    inner join day.sent.elements as begins on ids.file = begins.file and ids.line = begins.line
    inner join day.sent.elements as ends on ids.file = ends.file and ids.line = ends.line
    where
        ids.file = 'academicSessions.csv'
        and ids.field = 'sourcedId'
        and begins.field = 'startDate'
        and ends.field = 'endDate'
        and begins.is_sound
        and ends.is_sound
        and begins.value < ends.value
),

-- only where every term of the class is known
classes as (
    select
        ids.value                               as id,
        min(sessions.begins)                    as begins,
        max(sessions.ends)                      as ends
    from day.sent.cells as ids
    inner join day.sent.elements as terms on ids.file = terms.file and ids.line = terms.line
    left join sessions on terms.value = sessions.id
    where ids.file = 'classes.csv' and ids.field = 'sourcedId' and terms.field = 'termSourcedIds'
    group by ids.value
    having count(*) = count(sessions.id)
)

select
    dates.file,
    dates.line,
    dates.field,
    'outside_the_terms'                         as code,
    dates.value || '; the terms of the class go from ' || classes.begins || ' to ' || classes.ends as value
from day.sent.elements as dates
inner join day.sent.cells as class_ids on dates.file = class_ids.file and dates.line = class_ids.line
inner join classes on class_ids.value = classes.id
where
    dates.file = 'enrollments.csv'
    and dates.field in ('beginDate', 'endDate')
    and class_ids.field = 'classSourcedId'
    and dates.is_sound
    and (
        dates.value < classes.begins
        or if(dates.field = 'endDate', dates.value > classes.ends, dates.value >= classes.ends)
    )
