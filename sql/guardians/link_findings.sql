-- guardians.findings: ids of contacts and students that lead nowhere, and pairs that only one of the two sides names,
-- where the district's files have links from both sides.
-- grain: contact_id, student_id; the one-way links once
-- reads: guardians.guardians
insert into day.guardians.findings by name
select
    file,
    line,
    if(file = 'users.csv', 'agentSourcedIds', if(verdict = 'student_unknown', 'studentSourcedId', null)) as field,
    if(verdict = 'student_unknown', 'agent_student_unknown', 'agent_contact_unknown') as code,
    if(verdict = 'student_unknown', contact_id, student_id) as sourced_id,
    if(verdict = 'student_unknown', student_id, contact_id) as value
from day.guardians.guardians
where verdict in ('student_unknown', 'contact_unknown')
union all by name
select
    'users.csv'                                 as file,
    min(line)                                   as line,
    'agentSourcedIds'                           as field,
    'links_one_way'                             as code,
    count(*) filter (where named_by = 'contact') || ' by the contact''s row only, '
    || count(*) filter (where named_by = 'student') || ' by the student''s row only, the first on lines '
    || array_to_string(min(line, 3), ', ')      as value
from day.guardians.guardians
where
    named_by in ('contact', 'student')
    and verdict not in ('student_unknown', 'contact_unknown', 'student_elsewhere')
    and file = 'users.csv'
having
    count(*) > 0
    and (select count(distinct if(named_by = 'both', 'both', named_by)) > 1 from day.guardians.guardians)
