-- sync.users: a guardian whose student stays stays with it: no family is torn.
-- reads: sync.users, book.roster.guardian_links
update day.sync.users
set withheld = true
where
    operation = 'archive'
    and record_type = 'guardians'
    and roster_id in (
        select links.contact_roster_id
        from book.roster.guardian_links as links
        inner join day.sync.users as students on links.student_roster_id = students.roster_id
        where
            in_force(links.since_sync, links.until_sync, $baseline)
            and links.state = 'active'
            and students.operation = 'archive'
            and students.withheld
    )
