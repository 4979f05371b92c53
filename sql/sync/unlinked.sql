-- sync.matched_users: a guardian to whom no link is left counts as gone, whatever row there is of it.
-- reads: sync.matched_links
update day.sync.matched_users
set sent = false
where
    record_type = 'guardians'
    and sent
    and roster_id not in (
        select contact_roster_id
        from day.sync.matched_links
        where fate = 'said' or (fate = 'silent' and state = 'active')
    )
