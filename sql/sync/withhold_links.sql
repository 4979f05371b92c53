-- sync.guardian_links: withhold archives when the gate stopped them. One that follows a guardian or a student goes
-- with whichever of the two goes, and stays where that one is withheld.
-- reads: sync.holds, sync.users
update day.sync.guardian_links
set withheld = true
where
    operation = 'archive'
    and if(
        consequence,
        contact_roster_id not in (
            select roster_id from day.sync.users where operation = 'archive' and not withheld
        )
        and student_roster_id not in (
            select roster_id from day.sync.users where operation = 'archive' and not withheld
        ),
        'guardian_links' in (select record_type from day.sync.holds)
    )
