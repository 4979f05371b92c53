-- sync.users: a guardian none of whose links comes does not come either.
-- reads: sync.guardian_links
update day.sync.users
set withheld = true
where
    record_type = 'guardians'
    and operation in ('add', 'restore')
    and roster_id not in (
        select contact_roster_id
        from day.sync.guardian_links
        where operation in ('add', 'restore') and not withheld
    )
