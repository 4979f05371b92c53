-- roster.link_support: what is supported otherwise in the target state.
-- reads: target.guardian_links, sync.matched_users, book.roster.guardian_links
update book.roster.link_support
set until_sync = $sync
where
    until_sync is null
    and (roster_id, named, role_source, role_columns) not in (
        select links.roster_id, target.named, target.role_source, target.role_columns
        from day.target.guardian_links as target
        inner join day.sync.matched_users as contacts
            on target.contact_id = contacts.sourced_id and contacts.record_type = 'guardians'
        inner join day.sync.matched_users as students
            on target.student_id = students.sourced_id and students.record_type = 'students'
        inner join book.roster.guardian_links as links
            on
                contacts.roster_id = links.contact_roster_id
                and students.roster_id = links.student_roster_id
                and links.until_sync is null
    )
