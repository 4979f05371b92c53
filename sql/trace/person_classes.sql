-- the classes that a person is in now.
-- grain: roster_id, role
-- reads: book.roster.enrollments, book.roster.classes
select
    classes.roster_id,
    classes.title,
    classes.class_code,
    classes.school_id,
    enrollments.role,
    enrollments.begin_date,
    enrollments.end_date
from book.roster.enrollments as enrollments
inner join book.roster.classes as classes
    on enrollments.class_roster_id = classes.roster_id and classes.until_sync is null
where enrollments.user_roster_id = $roster_id and enrollments.until_sync is null and enrollments.state = 'active'
order by classes.title, classes.roster_id, enrollments.role
