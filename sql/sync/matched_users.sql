-- sync.matched_users: every person of the delivery and of the baseline, matched by record type and id.
-- grain: record_type, sourced_id
-- reads: oneroster.users, guardians.guardians, book.roster.users, book.roster.ids
insert into day.sync.matched_users by name
with sent as (
    select
        if(record_kind = 'student', 'students', 'staff') as record_type,
        sourced_id,
        line
    from day.oneroster.users
    where record_kind <> 'contact'
    union all
    select
        'guardians' as record_type,
        sourced_id,
        line
    from day.oneroster.users
    where record_kind = 'contact'
),

known as (
    select
        ids.record_type,
        ids.sourced_id,
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
        record_type,
        sourced_id,
        known.roster_id,
        known.state,
        sent.sourced_id is not null             as sent,
        sent.line
    from sent
    full join known using (record_type, sourced_id)
    where
        known.state = 'active'
        or (sent.sourced_id is not null and record_type <> 'guardians')
        -- a contact comes into the roster when at least one student is linked
        or sourced_id in (select contact_id from day.guardians.guardians where role is not null)
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
