-- the active people whom the newest files do not name by their id, each with the id of the one person in the files who
-- has the same number, or with $by_email the same e-mail address; null: there is none, or there are several.
-- grain: roster_id
-- reads: oneroster.users, book.roster.users, book.roster.ids
with sent as (
    select
        case record_kind when 'student' then 'students' when 'staff' then 'staff' else 'guardians' end as record_type,
        sourced_id,
        lower(if($by_email, email, identifier))     as fact
    from day.oneroster.users
),

known as (
    select
        users.roster_id,
        users.record_type,
        ids.sourced_id,
        lower(if($by_email, users.email, users.identifier)) as fact
    from book.roster.users as users
    inner join book.roster.ids as ids on users.roster_id = ids.roster_id and ids.until_sync is null
    where users.until_sync is null and users.state = 'active'
),

sent_once as (
    select record_type, fact, min(sourced_id) as new_id
    from sent
    where fact is not null
    group by record_type, fact
    having count(*) = 1
),

known_once as (
    select record_type, fact
    from known
    where fact is not null
    group by record_type, fact
    having count(*) = 1
)

select
    known.roster_id,
    known.record_type,
    known.sourced_id,
    if(known_once.fact is null, null, sent_once.new_id) as new_id
from known
anti join sent on known.record_type = sent.record_type and known.sourced_id = sent.sourced_id
left join known_once on known.record_type = known_once.record_type and known.fact = known_once.fact
left join sent_once on known.record_type = sent_once.record_type and known.fact = sent_once.fact
order by known.roster_id
