-- guardians.barred: the pairs that are barred tonight, with the two as tonight's files have them.
-- grain: contact_id, student_id
-- reads: guardians.guardians, guardians.blocked, oneroster.users
insert into day.guardians.barred by name
with pairs as (
    select contact_id, student_id from day.guardians.guardians where is_barred
    union
    select contact_id, student_id from day.guardians.blocked
)

select
    pairs.contact_id,
    pairs.student_id,
    contacts.given_name,
    contacts.family_name,
    contacts.email,
    contacts.sms,
    students.given_name                         as student_given_name,
    students.family_name                        as student_family_name,
    students.identifier                         as student_identifier
from pairs
left join day.oneroster.users as contacts on pairs.contact_id = contacts.sourced_id
left join day.oneroster.users as students on pairs.student_id = students.sourced_id
