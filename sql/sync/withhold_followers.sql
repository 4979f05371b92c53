-- sync.users: a guardian that would follow its students stays with those that stay.
-- reads: sync.users, book.roster.guardian_links
update day.sync.users
set withheld = true
where
    operation = 'archive'
    and consequence
    and roster_id in (
        select links.contact_roster_id
        from book.roster.guardian_links as links
        inner join day.sync.users as students on links.student_roster_id = students.roster_id
        where
            links.since_sync <= $baseline
            and (links.until_sync is null or links.until_sync > $baseline)
            and links.state = 'active'
            and students.withheld
    )
