-- target.roster.users: a guardian all of whose links are barred is archived.
-- reads: transition.barred, target.roster.guardian_links
update target.roster.users
set state = 'archived', line = null, file = null, delivery_sha256 = null
where
    until_sync is null
    and state = 'active'
    and record_type = 'guardians'
    and roster_id in (
        select links.contact_roster_id
        from target.roster.guardian_links as links
        left join day.transition.barred as barred using (contact_roster_id, student_roster_id)
        where links.until_sync is null and links.state = 'active'
        group by links.contact_roster_id
        having bool_and(barred.reason is not null)
    )
