-- how many active enrollments and links of the roster name a person or class that it does not have.
-- grain: one row
-- reads: book.roster.users, book.roster.classes, book.roster.enrollments, book.roster.guardian_links
with people as (
    select roster_id from book.roster.users where until_sync is null
),

classes as (
    select roster_id from book.roster.classes where until_sync is null
)

select
    (
        select count(*)
        from book.roster.enrollments
        where
            until_sync is null and state = 'active'
            and (
                user_roster_id not in (select roster_id from people)
                or class_roster_id not in (select roster_id from classes)
            )
    )
    + (
        select count(*)
        from book.roster.guardian_links
        where
            until_sync is null and state = 'active'
            and (
                contact_roster_id not in (select roster_id from people)
                or student_roster_id not in (select roster_id from people)
            )
    ) as broken
