-- how many active links of the roster have no known role, or are of a pair that the day bars. Of a look, and of a day
-- that was not accepted, the bars do not count: it has not changed the roster.
-- grain: one row
-- reads: guardians.guardians, sync.verdict, book.roster.guardian_links, book.roster.ids
with links as (
    select contact_roster_id, student_roster_id, role
    from book.roster.guardian_links
    where until_sync is null and state = 'active'
),

barred as (
    select contacts.roster_id as contact_roster_id, students.roster_id as student_roster_id
    from day.guardians.guardians as pairs
    inner join book.roster.ids as contacts
        on pairs.contact_id = contacts.sourced_id and contacts.record_type <> 'classes' and contacts.until_sync is null
    inner join book.roster.ids as students
        on pairs.student_id = students.sourced_id and students.record_type = 'students' and students.until_sync is null
    where
        pairs.is_barred
        and (select not is_preview and outcome in ('applied', 'unchanged', 'held') from day.sync.verdict)
)

select
    (select count(*) from links where role is null or role not in ('parent', 'guardian', 'relative'))
    + (select count(*) from links inner join barred using (contact_roster_id, student_roster_id)) as broken
