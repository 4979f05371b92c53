-- sync.guardian_links: withhold archives when the gate stopped them, and those that follow from a withheld one.
-- reads: sync.holds, sync.users
update day.sync.guardian_links
set withheld = true
where
    operation = 'archive'
    and if(
        consequence,
        contact_roster_id in (select roster_id from day.sync.users where withheld)
        or student_roster_id in (select roster_id from day.sync.users where withheld),
        'guardian_links' in (select record_type from day.sync.holds)
    )
