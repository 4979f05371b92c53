-- oneroster.findings of contacts.csv, guardians.csv and student_attributes.csv: rows without an id.
-- grain: file, line
-- reads: oneroster.contacts, oneroster.guardians, oneroster.student_attributes
insert into day.oneroster.findings by name
select
    file,
    line,
    null                                        as field,
    'further_key_missing'                       as code,
    null                                        as sourced_id,
    null                                        as value
from (
    select 'contacts.csv' as file, line, verdict from day.oneroster.contacts
    union all
    select 'guardians.csv' as file, line, verdict from day.oneroster.guardians
    union all
    select 'student_attributes.csv' as file, line, verdict from day.oneroster.student_attributes
)
where verdict = 'rejected'
