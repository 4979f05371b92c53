-- the pairs of contact and student that files have barred, by the ids that the two have now, with the bar in words.
-- grain: contact_id, student_id
-- reads: book.roster.bars, book.roster.ids
select distinct on (contact_id, student_id)
    coalesce(contacts.sourced_id, bars.contact_id) as contact_id,
    coalesce(students.sourced_id, bars.student_id) as student_id,
    'barred: ' || if(bars.kind = 'no_contact', 'the no-contact flag is set', 'the custody flag says no') as reason
from book.roster.bars as bars
left join book.roster.ids as contacts
    on bars.contact_roster_id = contacts.roster_id and contacts.until_sync is null
left join book.roster.ids as students
    on bars.student_roster_id = students.roster_id and students.until_sync is null
where bars.until_sync is null and bars.kind <> 'blocked'
order by bars.since_sync, bars.kind desc, bars.file
