-- sync.enrollments: what hangs on a class that waits for enrollments.csv stays with it, unless the person leaves.
-- reads: sync.classes, sync.users
delete from day.sync.enrollments
where
    operation = 'archive'
    and consequence
    and class_roster_id in (select roster_id from day.sync.classes where operation = 'absent')
    and user_roster_id not in (select roster_id from day.sync.users where operation = 'archive')
