-- sync.enrollments: withhold archives when the gate stopped them, and those that follow from a withheld one.
-- reads: sync.holds, sync.users, sync.classes
update day.sync.enrollments
set withheld = true
where
    operation = 'archive'
    and if(
        consequence,
        user_roster_id in (select roster_id from day.sync.users where withheld)
        or class_roster_id in (select roster_id from day.sync.classes where withheld),
        'enrollments' in (select record_type from day.sync.holds)
    )
