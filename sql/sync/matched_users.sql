-- sync.matched_users: every person of the delivery and of the baseline, matched by id: one id means one person, be it a
-- student, a staff member or a guardian. Student numbers (sync.student_id: identifier) are ids of their own.
-- grain: sourced_id, by_number
-- reads: oneroster.users, guardians.guardians, book.roster.users, book.roster.ids
insert into day.sync.matched_users by name
with sent as (
    select
        case record_kind when 'student' then 'students' when 'staff' then 'staff' else 'guardians' end as record_type,
        sourced_id,
        by_number,
        sent_id,
        line
    from day.oneroster.users
),

known as (
    select
        ids.sourced_id,
        $students_by_number and users.record_type = 'students' as by_number,
        users.record_type                       as known_type,
        users.roster_id,
        users.state
    from book.roster.users as users
    inner join book.roster.ids as ids
        on users.roster_id = ids.roster_id
    where
        in_force(users.since_sync, users.until_sync, $baseline)
        and in_force(ids.since_sync, ids.until_sync, $baseline)
),

matched as (
    select
        coalesce(sent.record_type, known.known_type) as record_type,
        sourced_id,
        by_number,
        sent.sent_id,
        known.roster_id,
        known.state,
        known.known_type,
        sent.sourced_id is not null             as sent,
        sent.line
    from sent
    full join known using (sourced_id, by_number)
    where
        known.state = 'active'
        or (sent.sourced_id is not null and sent.record_type <> 'guardians')
        -- a contact comes into the roster when at least one student is linked
        or (not by_number and sourced_id in (select contact_id from day.guardians.guardians where role is not null))
)

select *
from matched
where roster_id is not null
union all by name
-- numbered apart from the others: a window over everybody would sort them all
select
    * exclude (roster_id),
    (select coalesce(max(roster_id), 0) from book.roster.ids where since_sync <= $baseline)
    + row_number() over (order by record_type, sourced_id) as roster_id
from matched
where roster_id is null
