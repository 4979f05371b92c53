-- guardians.findings: contacts who are probably one person under several ids, at the row of the later id.
-- grain: sourced_id, value
-- reads: guardians.same_persons, oneroster.users
insert into day.guardians.findings by name
select
    users.file,
    users.line,
    null                                        as field,
    if(pairs.has_staff, 'staff_is_guardian', 'same_person') as code,
    pairs.second_id                             as sourced_id,
    pairs.first_id || ' (same ' || pairs.evidence || ')' as value
from day.guardians.same_persons as pairs
inner join day.oneroster.users as users on pairs.second_id = users.sourced_id and not users.by_number
