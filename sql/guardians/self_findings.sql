-- guardians.findings: students who are named as contacts of their own, which makes no link.
-- grain: contact_id, student_id
-- reads: guardians.guardians
insert into day.guardians.findings by name
select
    file,
    line,
    null                                        as field,
    'contact_is_oneself'                        as code,
    contact_id                                  as sourced_id,
    student_id                                  as value
from day.guardians.guardians
where verdict = 'contact_is_oneself'
