-- guardians.barred_twins: those that are links of the roster. One that is not there is held by the gate
-- (sql/gate/barred_twins.sql).
-- reads: oneroster.users, book.roster.guardian_links, book.roster.ids
update day.guardians.barred_twins
set is_linked = true
from book.roster.guardian_links as links
inner join book.roster.ids as contacts
    on
        links.contact_roster_id = contacts.roster_id
        and in_force(contacts.since_sync, contacts.until_sync, $baseline)
inner join book.roster.ids as students
    on
        links.student_roster_id = students.roster_id
        and in_force(students.since_sync, students.until_sync, $baseline)
-- a student who is known by the number is named as a contact by the sourcedId
left join day.oneroster.users as sent
    on contacts.record_type = 'students' and contacts.sourced_id = sent.sourced_id and sent.by_number
where
    in_force(links.since_sync, links.until_sync, $baseline)
    and links.state = 'active'
    and day.guardians.barred_twins.contact_id = coalesce(sent.sent_id, contacts.sourced_id)
    and day.guardians.barred_twins.student_id = students.sourced_id
