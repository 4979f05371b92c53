-- sync.withheld: all that waits, for each cause: what it stops by itself, and what hangs on that:
--     a guardian whose student stays stays too: no family is torn. A link to another student that the files no longer
--     name goes all the same
--     nobody is enrolled or linked who does not come, and in no class that does not come
--     an enrollment or a link that goes with a person or a class stays where none of the two goes
--     a guardian none of whose links comes does not come either
-- grain: origin, record_type, roster_id
-- reads: sync.stopped, sync.held_ids, sync.users, sync.classes, sync.enrollments, sync.guardian_links,
--     book.roster.guardian_links
insert into day.sync.withheld by name
with followers as (
    select
        stopped.origin,
        guardians.record_type,
        guardians.roster_id
    from day.sync.stopped as stopped
    inner join day.sync.users as students
        on
            stopped.roster_id = students.roster_id
            and stopped.record_type in (students.record_type, students.former_type)
    inner join book.roster.guardian_links as links on students.roster_id = links.student_roster_id
    inner join day.sync.users as guardians on links.contact_roster_id = guardians.roster_id
    where
        (students.operation = 'archive' or students.former_type = 'students')
        and guardians.operation = 'archive'
        and guardians.record_type = 'guardians'
        and in_force(links.since_sync, links.until_sync, $baseline)
        and links.state = 'active'
),

-- what other changes hang on, people by who they are: with a change of type one capacity goes and another comes
things as (
    select roster_id, false as is_class, operation, false as is_change
    from day.sync.users
    where operation in ('add', 'restore', 'archive')
    union all
    select roster_id, false as is_class, unnest(['archive', 'add']) as operation, true as is_change
    from day.sync.users
    where former_type is not null
    union all
    select roster_id, true as is_class, operation, false as is_change
    from day.sync.classes
    where operation in ('add', 'restore', 'archive')
),

waiting as (
    select
        things.*,
        stopped.origin,
        (stopped.record_type, stopped.roster_id) in (
            select (held.record_type, held.roster_id)
            from day.sync.held_ids as held
            where held.record_type = 'guardians' and held.roster_id <> held.claimed
        )                                       as follows
    from day.sync.stopped as stopped
    inner join things
        on
            stopped.roster_id = things.roster_id
            and (stopped.record_type = 'classes') = things.is_class
    where stopped.record_type not in ('enrollments', 'guardian_links')
    union
    select things.*, followers.origin, true as follows
    from followers
    inner join things on followers.roster_id = things.roster_id and not things.is_class
),

going as (
    select *
    from things
    anti join waiting on things.roster_id = waiting.roster_id and things.is_class = waiting.is_class
    where things.operation = 'archive'
),

-- enrollments and links with each of the two that they hang on
hanging as (
    select
        'enrollments' as record_type, roster_id, operation, consequence, false as barred,
        user_roster_id as on_id, false as on_class, class_roster_id as other_id, true as on_other_class,
        false as on_contact
    from day.sync.enrollments
    union all
    select
        'enrollments' as record_type, roster_id, operation, consequence, false as barred,
        class_roster_id as on_id, true as on_class, user_roster_id as other_id, false as on_other_class,
        false as on_contact
    from day.sync.enrollments
    union all
    select
        'guardian_links' as record_type, roster_id, operation, consequence, barred,
        contact_roster_id as on_id, false as on_class, student_roster_id as other_id, false as on_other_class,
        true as on_contact
    from day.sync.guardian_links
    union all
    select
        'guardian_links' as record_type, roster_id, operation, consequence, barred,
        student_roster_id as on_id, false as on_class, contact_roster_id as other_id, false as on_other_class,
        false as on_contact
    from day.sync.guardian_links
),

hung as (
    select waiting.origin, hanging.record_type, hanging.roster_id
    from hanging
    inner join waiting
        on
            hanging.on_id = waiting.roster_id
            and hanging.on_class = waiting.is_class
            -- who is of another type stays a contact
            and not (hanging.on_contact and waiting.is_change)
    where
        (hanging.operation in ('add', 'restore') and waiting.operation in ('add', 'restore'))
        or (
            hanging.operation = 'archive'
            and hanging.consequence
            and waiting.operation = 'archive'
            and not (hanging.on_contact and waiting.follows)
            and (hanging.other_id, hanging.on_other_class) not in (
                select (going.roster_id, going.is_class) from going
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
-- a change of type waits in both
select dependent.origin, unnest([plan.record_type, plan.former_type]) as record_type, dependent.roster_id
from dependent
inner join day.sync.users as plan
    on
        dependent.roster_id = plan.roster_id
        and dependent.record_type in (plan.record_type, plan.former_type)
where plan.former_type is not null
union
select links.origin, guardians.record_type, guardians.roster_id
from day.sync.users as guardians
inner join links on guardians.roster_id = links.contact_roster_id
where
    guardians.record_type = 'guardians'
    and guardians.operation in ('add', 'restore')
    and guardians.roster_id not in (select contact_roster_id from links where origin is null)
