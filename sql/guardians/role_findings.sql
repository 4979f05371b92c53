-- guardians.findings: contacts of a student who are staff, or students, by their own row, and staff whose row names
-- students: no link is made of that yet, and one that there was goes. A student who is its own contact is no mistake.
-- grain: contact_id, student_id
-- reads: guardians.guardians, oneroster.user_rows, oneroster.users
insert into day.guardians.findings by name
select
    file,
    line,
    null                                        as field,
    if(contact_id = student_id, 'contact_is_oneself', verdict) as code,
    contact_id                                  as sourced_id,
    student_id                                  as value
from day.guardians.guardians
where verdict in ('contact_is_staff', 'contact_is_student')
union all by name
select
    'users.csv'                                 as file,
    min(named.line)                             as line,
    'agentSourcedIds'                           as field,
    'contact_is_staff'                          as code,
    named.sourced_id,
    named.student_id                            as value
from (
    select line, sourced_id, unnest(agent_ids) as student_id
    from day.oneroster.user_rows
    where verdict = 'accepted' and record_kind = 'staff'
) as named
inner join day.oneroster.users as students on named.student_id = students.sourced_id
where
    students.record_kind = 'student'
    and (named.sourced_id, named.student_id) not in (select (contact_id, student_id) from day.guardians.guardians)
group by named.sourced_id, named.student_id
