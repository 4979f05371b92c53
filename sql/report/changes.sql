-- the plan as a list of changes, in the ids of the district.
-- grain: record_type, key
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links, sync.matched_users, sync.matched_classes,
--     book.roster.ids
with ids as (
    select roster_id, sourced_id from book.roster.ids where until_sync is null
    union
    select roster_id, sourced_id from day.sync.matched_users
    union
    select roster_id, sourced_id from day.sync.matched_classes
)

select record_type, operation, sourced_id as key, changed as columns, withheld
from day.sync.users
union all
select 'classes' as record_type, operation, sourced_id as key, changed as columns, withheld
from day.sync.classes
union all
select
    'enrollments'                                                                   as record_type,
    enrollments.operation,
    classes.sourced_id || '|' || users.sourced_id || '|' || enrollments.role        as key,
    enrollments.changed                                                             as columns,
    enrollments.withheld
from day.sync.enrollments as enrollments
inner join ids as classes on enrollments.class_roster_id = classes.roster_id
inner join ids as users on enrollments.user_roster_id = users.roster_id
union all
select
    'guardian_links'                                                                as record_type,
    links.operation,
    contacts.sourced_id || '|' || students.sourced_id                               as key,
    links.changed                                                                   as columns,
    links.withheld
from day.sync.guardian_links as links
inner join ids as contacts on links.contact_roster_id = contacts.roster_id
inner join ids as students on links.student_roster_id = students.roster_id
