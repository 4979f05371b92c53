-- how many keys of the roster mean two things now: ids, active enrollments, active links.
-- grain: one row
-- reads: book.roster.ids, book.roster.enrollments, book.roster.guardian_links
select
    (
        select count(*)
        from (
            select sourced_id from book.roster.ids
            where until_sync is null
            group by record_type, sourced_id
            having count(*) > 1
        )
    )
    + (
        select count(*)
        from (
            select role from book.roster.enrollments
            where until_sync is null and state = 'active'
            group by class_roster_id, user_roster_id, role
            having count(*) > 1
        )
    )
    + (
        select count(*)
        from (
            select student_roster_id from book.roster.guardian_links
            where until_sync is null and state = 'active'
            group by contact_roster_id, student_roster_id
            having count(*) > 1
        )
    ) as broken
