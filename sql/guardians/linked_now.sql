-- those of the pairs that are linked in the roster now.
-- grain: contact_id, student_id
-- reads: book.roster.guardian_links, book.roster.ids
with pairs as (
    select
        unnest($contact_ids)    as contact_id,
        unnest($student_ids)    as student_id
)

select
    pairs.contact_id,
    pairs.student_id
from pairs
inner join book.roster.ids as contacts
    on pairs.contact_id = contacts.sourced_id and contacts.record_type <> 'classes' and contacts.until_sync is null
inner join book.roster.ids as students
    on pairs.student_id = students.sourced_id and students.record_type = 'students' and students.until_sync is null
inner join book.roster.guardian_links as links
    on
        contacts.roster_id = links.contact_roster_id
        and students.roster_id = links.student_roster_id
        and links.until_sync is null
        and links.state = 'active'
order by all
