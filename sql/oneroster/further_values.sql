-- oneroster.further_values: see sql/schema/day/oneroster.further_values.sql.
-- grain: contact_id
-- reads: oneroster.contacts, oneroster.guardians
insert into day.oneroster.further_values by name
with said as (
    select
        2                                       as file,
        contact_id,
        email,
        sms,
        phone,
        language
    from day.oneroster.contacts
    where verdict = 'accepted'
    union all by name
    select
        4                                       as file,
        guardian_id                             as contact_id,
        email,
        sms,
        phone,
        language
    from day.oneroster.guardians
    where verdict = 'accepted'
),

per_file as (
    select
        contact_id,
        bit_or(file)                            as files,
        min(email) filter (where file = 2)      as first_email,
        min(email) filter (where file = 4)      as second_email,
        min(sms) filter (where file = 2)        as first_sms,
        min(sms) filter (where file = 4)        as second_sms,
        min(phone) filter (where file = 2)      as first_phone,
        min(phone) filter (where file = 4)      as second_phone,
        min(language) filter (where file = 2)   as first_language,
        min(language) filter (where file = 4)   as second_language
    from said
    group by contact_id
)

select
    contact_id,
    files,
    coalesce(first_email, second_email)         as email,
    if(email = first_email, 2, 0) + if(email = second_email, 4, 0) as email_files,
    coalesce(first_sms, second_sms)             as sms,
    if(sms = first_sms, 2, 0) + if(sms = second_sms, 4, 0) as sms_files,
    coalesce(first_phone, second_phone)         as phone,
    if(phone = first_phone, 2, 0) + if(phone = second_phone, 4, 0) as phone_files,
    coalesce(first_language, second_language)   as language,
    if(language = first_language, 2, 0) + if(language = second_language, 4, 0) as language_files
from per_file
