-- what archived things that an id means: what else the same sync did that they depend on.
-- grain: record_type, roster_id, sync_number
-- reads: book.roster.users, book.roster.classes, book.roster.enrollments, book.roster.guardian_links, book.roster.ids,
--     book.sync.changes
with ended as (
    select 'users' as kind, roster_id, since_sync from book.roster.users where state = 'archived'
    union all
    select 'classes' as kind, roster_id, since_sync from book.roster.classes where state = 'archived'
),

-- the sync in which somebody else got an id that the thing had
replaced as (
    select former.roster_id, former.until_sync as sync_number
    from book.roster.ids as former
    inner join book.roster.ids as later
        on
            former.record_type = later.record_type
            and former.sourced_id = later.sourced_id
            and former.until_sync = later.since_sync
            and former.roster_id <> later.roster_id
),

unlinked as (
    select
        contact_roster_id                       as roster_id,
        since_sync                              as sync_number,
        bool_or(starts_with(rule, 'barred: '))  as is_barred,
        bool_and(student_roster_id in (
            select ended.roster_id from ended where ended.kind = 'users' and ended.since_sync = links.since_sync
        ))                                      as students_left
    from book.roster.guardian_links as links
    where state = 'archived'
    group by contact_roster_id, since_sync
)

select
    people.record_type,
    people.roster_id,
    people.since_sync                           as sync_number,
    case
        when replaced.roster_id is not null then 'replaced'
        when unlinked.is_barred then 'barred'
        when unlinked.students_left then 'students_left'
        when unlinked.roster_id is not null then 'unlinked'
        else 'not_in_files'
    end                                         as reason
from book.roster.users as people
left join replaced on people.roster_id = replaced.roster_id and people.since_sync = replaced.sync_number
left join unlinked on people.roster_id = unlinked.roster_id and people.since_sync = unlinked.sync_number
where people.state = 'archived' and list_contains($things, people.roster_id)
union all by name
select
    'classes'                                   as record_type,
    classes.roster_id,
    classes.since_sync                          as sync_number,
    'not_in_files'                              as reason
from book.roster.classes as classes
where classes.state = 'archived' and list_contains($things, classes.roster_id)
union all by name
select
    'enrollments'                               as record_type,
    enrollments.roster_id,
    enrollments.since_sync                      as sync_number,
    case
        when people.roster_id is not null then 'person_left'
        when classes.roster_id is not null then 'class_left'
        else 'not_in_files'
    end                                         as reason
from book.roster.enrollments as enrollments
left join ended as people
    on
        people.kind = 'users'
        and enrollments.user_roster_id = people.roster_id
        and enrollments.since_sync = people.since_sync
left join ended as classes
    on
        classes.kind = 'classes'
        and enrollments.class_roster_id = classes.roster_id
        and enrollments.since_sync = classes.since_sync
where
    enrollments.state = 'archived'
    and (
        list_contains($things, enrollments.class_roster_id) or list_contains($things, enrollments.user_roster_id)
    )
union all by name
select
    'guardian_links'                            as record_type,
    links.roster_id,
    links.since_sync                            as sync_number,
    case
        when students.roster_id is not null then 'student_left'
        when contacts.roster_id is not null and contact_changes.consequence is not true then 'contact_left'
        else 'not_in_files'
    end                                         as reason
from book.roster.guardian_links as links
left join ended as students
    on
        students.kind = 'users'
        and links.student_roster_id = students.roster_id
        and links.since_sync = students.since_sync
left join ended as contacts
    on
        contacts.kind = 'users'
        and links.contact_roster_id = contacts.roster_id
        and links.since_sync = contacts.since_sync
left join book.sync.changes as contact_changes
    on
        links.contact_roster_id = contact_changes.roster_id
        and contact_changes.record_type not in ('classes', 'enrollments', 'guardian_links')
        and links.since_sync = contact_changes.sync_number
where
    links.state = 'archived'
    and (list_contains($things, links.contact_roster_id) or list_contains($things, links.student_roster_id))
order by all
