-- oneroster.classes: a class without a title is called by the first of what there is: the course's title, the class's
-- code, the teacher's name with the grade, and the class's own id. A title that is known stays.
-- grain: line
-- reads: raw.classes, raw.enrollments, raw.lookups, oneroster.user_rows
update day.oneroster.classes
set
    title = coalesce(
        courses.value,
        nullif(classes.title, classes.sourced_id),      -- the class's code
        teachers.name || coalesce(', grade ' || classes.grades, ''),
        classes.title
    )
from day.raw.classes as raw
left join day.raw.lookups as courses
    on trim(raw.course_sourced_id) = courses.sourced_id and courses.file = 'courses.csv'
left join (
    select
        trim(enrollments.class_sourced_id)      as class_id,
        min(people.family_name)                 as name
    from day.raw.enrollments as enrollments
    inner join day.oneroster.user_rows as people
        on trim(enrollments.user_sourced_id) = people.sourced_id and people.verdict = 'accepted'
    where lower(trim(enrollments.role)) = 'teacher' and people.family_name is not null
    group by class_id
) as teachers on trim(raw.sourced_id) = teachers.class_id
where classes.line = raw.line and title_sent(raw.title) is null
