-- oneroster.guardians: a row of a guardian who has a name nowhere is left out for that.
-- reads: oneroster.users, oneroster.user_rows
update day.oneroster.guardians
set verdict = 'rejected', reason = 'name_missing'
where
    verdict = 'accepted'
    and guardian_id not in (
        select contact_key(sourced_id, by_number, sent_id) as key
        from day.oneroster.users
        where key is not null
    )
    and guardian_id not in (
        select contact_key(sourced_id, by_number, sent_id) as key
        from day.oneroster.user_rows
        where key is not null
    )
