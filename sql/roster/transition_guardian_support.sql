-- roster.guardian_support: what supports the guardians in the target state. Who has no row has all from users.csv.
-- grain: roster_id, since_sync
-- reads: target.users, sync.matched_users, book.roster.guardian_support
insert into book.roster.guardian_support by name
select
    matched.roster_id,
    target.record_support   as record,
    target.email_support    as email,
    target.sms_support      as sms,
    target.phone_support    as phone,
    target.language_support as language,
    $sync                   as since_sync
from day.target.users as target
inner join day.sync.matched_users as matched using (record_type, sourced_id)
anti join book.roster.guardian_support as known
    on matched.roster_id = known.roster_id and known.until_sync is null
where
    record_type = 'guardians'
    and (
        (target.record_support, target.email_support, target.sms_support, target.phone_support, target.language_support)
        <> (1, 1, 1, 1, 1)
        or matched.roster_id in (select roster_id from book.roster.guardian_support)
    )
