-- sync.school_sizes: the active records of each school in the baseline.
-- grain: record_type, school_id
-- reads: book.roster.users, book.roster.classes, book.roster.enrollments, book.roster.guardian_links
insert into day.sync.school_sizes by name
with people as (
    select roster_id, record_type, school_ids
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
),

classes as (
    select roster_id, school_id
    from book.roster.classes
    where in_force(since_sync, until_sync, $baseline) and state = 'active'
),

links as (
    select
        links.contact_roster_id,
        unnest(students.school_ids)             as school_id
    from book.roster.guardian_links as links
    inner join people as students on links.student_roster_id = students.roster_id
    where
        in_force(links.since_sync, links.until_sync, $baseline)
        and links.state = 'active'
)

select record_type, school_id, count(*) as active
from (select record_type, unnest(school_ids) as school_id from people where record_type <> 'guardians')
group by all
union all by name
select 'classes' as record_type, school_id, count(*) as active
from classes
group by all
union all by name
select 'enrollments' as record_type, classes.school_id, count(*) as active
from book.roster.enrollments as enrollments
inner join classes on enrollments.class_roster_id = classes.roster_id
where
    in_force(enrollments.since_sync, enrollments.until_sync, $baseline)
    and enrollments.state = 'active'
group by all
union all by name
select 'guardian_links' as record_type, school_id, count(*) as active
from links
group by all
union all by name
select 'guardians' as record_type, school_id, count(distinct contact_roster_id) as active
from links
group by all
