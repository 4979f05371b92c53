-- sync.withheld: all that waits, for each cause: what it stops by itself, and what hangs on that:
--     a guardian whose student stays stays too: no family is torn
--     nobody is enrolled or linked who does not come, and in no class that does not come
--     an enrollment or a link that goes with a person or a class stays where none of the two goes
--     a guardian none of whose links comes does not come either
-- grain: origin, record_type, roster_id
-- reads: sync.stopped, sync.users, sync.classes, sync.enrollments, sync.guardian_links, book.roster.guardian_links
insert into day.sync.withheld by name
with followers as (
    select
        stopped.origin,
        guardians.record_type,
        guardians.roster_id
    from day.sync.stopped as stopped
    inner join day.sync.users as students
        on stopped.record_type = students.record_type and stopped.roster_id = students.roster_id
    inner join book.roster.guardian_links as links on students.roster_id = links.student_roster_id
    inner join day.sync.users as guardians on links.contact_roster_id = guardians.roster_id
    where
        students.operation = 'archive'
        and guardians.operation = 'archive'
        and guardians.record_type = 'guardians'
        and in_force(links.since_sync, links.until_sync, $baseline)
        and links.state = 'active'
),

-- what other changes hang on
things as (
    select record_type, roster_id, operation
    from day.sync.users
    where operation in ('add', 'update', 'restore', 'archive')
    union all
    select 'classes' as record_type, roster_id, operation
    from day.sync.classes
    where operation in ('add', 'update', 'restore', 'archive')
),

waiting as (
    select things.*, stopped.origin
    from day.sync.stopped as stopped
    inner join things on stopped.record_type = things.record_type and stopped.roster_id = things.roster_id
    union all
    select things.*, followers.origin
    from followers
    inner join things on followers.record_type = things.record_type and followers.roster_id = things.roster_id
),

going as (
    select *
    from things
    anti join waiting on things.record_type = waiting.record_type and things.roster_id = waiting.roster_id
    where things.operation = 'archive'
),

-- enrollments and links with each of the two that they hang on
hanging as (
    select
        'enrollments' as record_type, roster_id, operation, consequence, false as barred,
        user_roster_id as on_id, false as on_class, class_roster_id as other_id, true as on_other_class
    from day.sync.enrollments
    union all
    select
        'enrollments' as record_type, roster_id, operation, consequence, false as barred,
        class_roster_id as on_id, true as on_class, user_roster_id as other_id, false as on_other_class
    from day.sync.enrollments
    union all
    select
        'guardian_links' as record_type, roster_id, operation, consequence, barred,
        contact_roster_id as on_id, false as on_class, student_roster_id as other_id, false as on_other_class
    from day.sync.guardian_links
    union all
    select
        'guardian_links' as record_type, roster_id, operation, consequence, barred,
        student_roster_id as on_id, false as on_class, contact_roster_id as other_id, false as on_other_class
    from day.sync.guardian_links
),

hung as (
    select waiting.origin, hanging.record_type, hanging.roster_id
    from hanging
    inner join waiting on hanging.on_id = waiting.roster_id and hanging.on_class = (waiting.record_type = 'classes')
    where
        (hanging.operation in ('add', 'restore') and waiting.operation in ('add', 'restore'))
        or (
            hanging.operation = 'archive'
            and hanging.consequence
            and waiting.operation = 'archive'
            and (hanging.other_id, hanging.on_other_class) not in (
                select (going.roster_id, going.record_type = 'classes') from going
            )
        )
),

dependent as (
    select origin, record_type, roster_id from day.sync.stopped
    union
    select origin, record_type, roster_id from followers
    union
    select origin, record_type, roster_id from hung
),

links as (
    select links.contact_roster_id, dependent.origin
    from day.sync.guardian_links as links
    left join dependent on links.roster_id = dependent.roster_id and dependent.record_type = 'guardian_links'
    where links.operation in ('add', 'restore')
)

select * from dependent
union
select links.origin, guardians.record_type, guardians.roster_id
from day.sync.users as guardians
inner join links on guardians.roster_id = links.contact_roster_id
where
    guardians.record_type = 'guardians'
    and guardians.operation in ('add', 'restore')
    and guardians.roster_id not in (select contact_roster_id from links where origin is null)
