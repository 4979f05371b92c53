-- target.users: the people that stood after sync $target of the attached roster.
-- grain: record_type, sourced_id
-- reads: book.roster.users, book.roster.ids, book.roster.guardian_support
insert into day.target.users by name
with ids as (
    select roster_id, record_type, sourced_id
    from book.roster.ids
    where in_force(since_sync, until_sync, $target)
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
    users.enabled_user,
    -- end of columns
    users.rule,
    coalesce(support.record, 1)                     as record_support,
    coalesce(support.email, 1)                      as email_support,
    coalesce(support.sms, 1)                        as sms_support,
    coalesce(support.phone, 1)                      as phone_support,
    coalesce(support.language, 1)                   as language_support,
    users.file,
    users.line,
    users.delivery_sha256                           as origin_sha256
from book.roster.users as users
inner join ids on users.roster_id = ids.roster_id
left join book.roster.guardian_support as support
    on users.roster_id = support.roster_id and in_force(support.since_sync, support.until_sync, $target)
where
    in_force(users.since_sync, users.until_sync, $target)
    and users.state = 'active'
