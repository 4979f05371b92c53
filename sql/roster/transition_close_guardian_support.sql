-- roster.guardian_support: what is supported otherwise in the target state.
-- reads: target.users, sync.matched_users
update book.roster.guardian_support
set until_sync = $sync
where
    until_sync is null
    and roster_id in (
        select matched.roster_id
        from day.target.users as target
        inner join day.sync.matched_users as matched using (record_type, sourced_id)
        where record_type = 'guardians'
    )
    and (roster_id, record, email, sms, phone, language) not in (
        select
            matched.roster_id,
            target.record_support,
            target.email_support,
            target.sms_support,
            target.phone_support,
            target.language_support
        from day.target.users as target
        inner join day.sync.matched_users as matched using (record_type, sourced_id)
        where record_type = 'guardians'
    )
