-- a table of pairs of contact and student of the scratch copy that a replay lived in: by the numbers of the roster.
-- reads: transition.same
update "target"
set
    contact_roster_id = found.contact_roster_id,
    student_roster_id = found.student_roster_id
from (
    select
        pairs.rowid                             as place,
        coalesce(contacts.roster_id, pairs.contact_roster_id) as contact_roster_id,
        coalesce(students.roster_id, pairs.student_roster_id) as student_roster_id
    from "target" as pairs
    left join day.transition.same as contacts
        on pairs.contact_roster_id = contacts.replayed_id and contacts.kind = 'things'
    left join day.transition.same as students
        on pairs.student_roster_id = students.replayed_id and students.kind = 'things'
) as found
where "target".rowid = found.place
