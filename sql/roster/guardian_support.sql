-- roster.guardian_support: what supports the guardians of the roster, where it moved. Of whom nothing was applied,
-- nothing moves.
-- grain: roster_id, since_sync
-- reads: sync.contact_values, sync.matched_users, sync.users
insert into book.roster.guardian_support by name
select
    roster_id,
    record_support      as record,
    email_support       as email,
    sms_support         as sms,
    phone_support       as phone,
    language_support    as language,
    $sync               as since_sync
from day.sync.contact_values
where
    has_moved
    and roster_id not in (select roster_id from day.sync.users where withheld)
    and (
        roster_id in (select roster_id from day.sync.matched_users where sent)
        or roster_id in (select roster_id from day.sync.users where former_type is not null)
    )
    -- who is not in the roster, and is not to come into it, has no support there
    and roster_id not in (
        select plan.roster_id
        from day.sync.users as plan
        inner join day.sync.matched_users as matched on plan.roster_id = matched.roster_id
        where plan.operation = 'keep' and matched.state is distinct from 'active'
    )
