-- guardians.findings: e-mail addresses and telephone numbers that several guardians have. They are allowed; the values
-- themselves are not repeated.
-- grain: file, code
-- reads: guardians.guardians, oneroster.users
insert into day.guardians.findings by name
with guardians as (
    select file, line, email, sms, phone
    from day.oneroster.users
    where
        not by_number
        and sourced_id in (select contact_id from day.guardians.guardians where role is not null)
),

shared as (
    select
        'email'                                 as field,
        min(file)                               as file,
        min(line)                               as line,
        count(*)                                as many
    from guardians
    where email is not null
    group by email
    having count(*) > 1
    union all by name
    select
        'sms'                                   as field,
        min(file)                               as file,
        min(line)                               as line,
        count(*)                                as many
    from guardians
    where sms is not null
    group by sms
    having count(*) > 1
    union all by name
    select
        'phone'                                 as field,
        min(file)                               as file,
        min(line)                               as line,
        count(*)                                as many
    from guardians
    where phone is not null
    group by phone
    having count(*) > 1
)

select
    file,
    min(line)                                   as line,
    field,
    'contact_shared'                            as code,
    null                                        as sourced_id,
    count(*) || if(count(*) = 1, ' value that ', ' values that ') || sum(many)
    || if(count(*) = 1, ' guardians have, the first on line ', ' guardians have, the first on lines ')
    || array_to_string(min(line, 3), ', ') as value
from shared
group by file, field
