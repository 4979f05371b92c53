-- sync.holds: barred_twin: a link of somebody who seems to be a person who is barred from the student. Each is a cause
-- of its own, and only this link waits.
-- grain: origin
-- reads: guardians.barred_twins, sync.guardian_links, sync.matched_users
insert into day.sync.holds by name
select
    'guardian_links'                            as record_type,
    'barred_twin'                               as code,
    'add'                                       as operation,
    1                                           as changes,
    0                                           as allowed,
    1                                           as base,
    'barred_twin ' || key_part(twins.contact_id) || '|' || key_part(twins.student_id) as origin
from day.guardians.barred_twins as twins
inner join day.sync.matched_users as contacts
    on twins.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
inner join day.sync.matched_users as students
    on twins.student_id = students.sourced_id and students.record_type = 'students'
inner join day.sync.guardian_links as links
    on contacts.roster_id = links.contact_roster_id and students.roster_id = links.student_roster_id
where twins.is_withheld and links.operation in ('add', 'restore')
