-- guardians.findings: guardians whom nothing reaches: no e-mail address, mobile or other number that can be used.
-- grain: contact_id
-- reads: guardians.guardians, oneroster.users
insert into day.guardians.findings by name
select
    file,
    line,
    null                                        as field,
    'guardian_unreachable'                      as code,
    sourced_id,
    null                                        as value
from day.oneroster.users
where
    coalesce(email, sms, phone) is null
    and not by_number
    and sourced_id in (select contact_id from day.guardians.guardians where role is not null)
