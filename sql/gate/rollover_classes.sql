-- sync.classes: in a rollover the classes from before wait until enrollments.csv has rows: otherwise nobody would be
-- enrolled in anything meanwhile.
-- reads: sync.rollover, book.roster.classes
update day.sync.classes
set operation = 'absent'
where
    operation = 'archive'
    and roster_id in (
        select known.roster_id
        from book.roster.classes as known
        inner join day.sync.rollover as rollover on known.school_id = rollover.school_id
        where in_force(known.since_sync, known.until_sync, $baseline) and known.state = 'active' and rollover.waits
    )
