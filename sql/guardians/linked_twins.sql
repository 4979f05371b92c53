-- guardians.guardians: a link that is there, of somebody who seems to be a person who is barred, goes until somebody
-- says who it is. One that is not there is held by the gate (sql/gate/barred_twins.sql).
-- reads: guardians.barred_twins, book.roster.guardian_links, book.roster.ids
update day.guardians.guardians
set
    role = null,
    rule_position = null,
    verdict = 'barred_twin',
    is_barred = true,
    reason = 'barred: seems to be ' || linked.barred_contact_id || ', who is barred'
from (
    select
        twins.contact_id,
        twins.student_id,
        twins.barred_contact_id
    from day.guardians.barred_twins as twins
    inner join book.roster.ids as contacts
        on
            twins.contact_id = contacts.sourced_id
            and contacts.record_type <> 'classes'
            and in_force(contacts.since_sync, contacts.until_sync, $baseline)
    inner join book.roster.ids as students
        on
            twins.student_id = students.sourced_id
            and students.record_type = 'students'
            and in_force(students.since_sync, students.until_sync, $baseline)
    inner join book.roster.guardian_links as links
        on
            contacts.roster_id = links.contact_roster_id
            and students.roster_id = links.student_roster_id
            and in_force(links.since_sync, links.until_sync, $baseline)
            and links.state = 'active'
    where twins.is_withheld
) as linked
where
    day.guardians.guardians.contact_id = linked.contact_id
    and day.guardians.guardians.student_id = linked.student_id
