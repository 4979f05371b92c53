-- oneroster.users: what is blank in a contact's row of users.csv and stands in contacts.csv or guardians.csv is filled
-- in from there: the row of users.csv wins wherever it says something.
-- reads: oneroster.contacts, oneroster.guardians
update day.oneroster.users
set
    email = coalesce(users.email, further.email),
    sms = coalesce(users.sms, further.sms),
    phone = coalesce(users.phone, further.phone),
    language = coalesce(users.language, further.language)
from (
    select
        contact_id,
        -- the first by its value, so that the order of the rows does not matter
        coalesce(min(email) filter (where position = 1), min(email)) as email,
        coalesce(min(sms) filter (where position = 1), min(sms)) as sms,
        coalesce(min(phone) filter (where position = 1), min(phone)) as phone,
        coalesce(min(language) filter (where position = 1), min(language)) as language
    from (
        select 1 as position, contact_id, email, sms, phone, language
        from day.oneroster.contacts
        where verdict = 'accepted'
        union all by name
        select 2 as position, guardian_id as contact_id, email, sms, phone, language
        from day.oneroster.guardians
        where verdict = 'accepted'
    )
    group by contact_id
) as further
where
    users.sourced_id = further.contact_id
    and users.file = 'users.csv'
    and users.record_kind = 'contact'
    and (
        (users.email is null and further.email is not null)
        or (users.sms is null and further.sms is not null)
        or (users.phone is null and further.phone is not null)
        or (users.language is null and further.language is not null)
    )
