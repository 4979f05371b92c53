-- sync.enrollments: withhold archives when the gate stopped them. One that follows a person or a class goes with
-- whichever of the two goes, and stays where that one is withheld.
-- reads: sync.holds, sync.users, sync.classes
update day.sync.enrollments
set withheld = true
where
    operation = 'archive'
    and if(
        consequence,
        user_roster_id not in (
            select roster_id from day.sync.users where operation = 'archive' and not withheld
        )
        and class_roster_id not in (
            select roster_id from day.sync.classes where operation = 'archive' and not withheld
        ),
        'enrollments' in (select record_type from day.sync.holds)
    )
