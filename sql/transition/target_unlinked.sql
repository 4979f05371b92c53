-- target.users: a guardian whose links are all barred goes too.
-- reads: target.guardian_links, book.roster.guardian_links, book.roster.ids
delete from day.target.users
where
    record_type = 'guardians'
    and sourced_id not in (select contact_id from day.target.guardian_links)
    and sourced_id in (
        select ids.sourced_id
        from book.roster.guardian_links as links
        inner join book.roster.ids as ids on links.contact_roster_id = ids.roster_id
        where
            in_force(links.since_sync, links.until_sync, $target)
            and links.state = 'active'
    )
