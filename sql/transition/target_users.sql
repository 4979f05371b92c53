-- target.users: the people that stood after sync $target of the attached roster.
-- grain: record_type, sourced_id
-- reads: book.roster.users, book.roster.ids
insert into day.target.users by name
with ids as (
    select roster_id, record_type, sourced_id
    from book.roster.ids
    where since_sync <= $target and (until_sync is null or until_sync > $target)
)

select
    if($keeps_ids, users.roster_id, null)           as roster_id,
    users.record_type,
    ids.sourced_id,
    users.role,
    users.school_ids,
    -- columns of users: users.{field},
    users.given_name,
    users.family_name,
    users.middle_name,
    users.identifier,
    users.username,
    users.email,
    users.sms,
    users.phone,
    users.grades,
    users.language,
    -- end of columns
    users.rule,
    users.file,
    users.line,
    users.delivery_sha256                           as origin_sha256
from book.roster.users as users
inner join ids on users.roster_id = ids.roster_id
where
    users.since_sync <= $target
    and (users.until_sync is null or users.until_sync > $target)
    and users.state = 'active'
