-- the links that a block has taken out of the roster, by the ids of the district, and which of them are of somebody who
-- seems to be the person who is blocked.
-- grain: contact_id, student_id
-- reads: transition.barred, sync.guardian_links, book.roster.ids
select
    contacts.sourced_id                         as contact_id,
    students.sourced_id                         as student_id,
    barred.is_twin
from day.sync.guardian_links as links
inner join day.transition.barred as barred using (contact_roster_id, student_roster_id)
inner join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
inner join book.roster.ids as students on links.student_roster_id = students.roster_id and students.until_sync is null
where links.operation = 'archive'
order by all
