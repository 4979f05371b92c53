-- guardians.barred: the pairs that are barred tonight, with the two as tonight's files have them.
-- grain: contact_id, student_id
-- reads: guardians.guardians, guardians.blocked, oneroster.users
insert into day.guardians.barred by name
with pairs as (
    select contact_id, student_id, max(decision) as decisions
    from (
        select contact_id, student_id, null::integer as decision from day.guardians.guardians where is_barred
        union all
        select contact_id, student_id, decision from day.guardians.blocked
    )
    group by contact_id, student_id
)

select
    pairs.contact_id,
    pairs.student_id,
    pairs.decisions,
    contacts.given_name,
    contacts.family_name,
    contacts.email,
    contacts.sms,
    students.given_name                         as student_given_name,
    students.family_name                        as student_family_name,
    students.identifier                         as student_identifier
from pairs
left join day.oneroster.users as contacts
    on pairs.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
left join day.oneroster.users as students
    on pairs.student_id = students.sourced_id and students.record_kind = 'student'
