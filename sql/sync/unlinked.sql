-- sync.matched_users: a contact to whom no link is left counts as gone, whatever row there is of it, and so does a
-- contact who was a student or a staff member and counts as one until sync.archive_after_days has passed.
-- reads: sync.matched_links, sync.departures
update day.sync.matched_users
set sent = false, record_type = coalesce(known_type, record_type)
where
    record_type = 'guardians'
    and sent
    and (
        roster_id not in (
            select contact_roster_id
            from day.sync.matched_links
            where fate = 'said' or (fate = 'silent' and state = 'active')
        )
        or (
            known_type <> 'guardians'
            and state = 'active'
            and roster_id not in (select roster_id from day.sync.departures where operation = 'archive')
        )
    )
