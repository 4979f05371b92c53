-- guardians.findings: ids in agentSourcedIds that lead nowhere.
-- grain: contact_id, student_id
-- reads: guardians.guardians
insert into day.guardians.findings by name
select
    'users.csv'                                 as file,
    line,
    'agentSourcedIds'                           as field,
    if(reason like 'the student%', 'agent_student_unknown', 'agent_contact_unknown') as code,
    if(reason like 'the student%', contact_id, student_id) as sourced_id,
    if(reason like 'the student%', student_id, contact_id) as value
from day.guardians.guardians
where reason in ('the student is not in users.csv', 'the contact is not in users.csv')
