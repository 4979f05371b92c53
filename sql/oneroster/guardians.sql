-- oneroster.guardians: see sql/schema/day/oneroster.guardians.sql.
-- grain: line
-- reads: raw.guardians, oneroster.words
insert into day.oneroster.guardians by name
select
    raw.line,
    nullif(trim(raw.guardian_sourced_id), '') as guardian_id,
    nullif(trim(raw.student_sourced_id), '') as student_id,
    if(list_contains($placeholders, lower(trim(raw.role))), null, nullif(trim(raw.role), '')) as role,
    if(list_contains($placeholders, lower(trim(raw.relationship))), null, nullif(trim(raw.relationship), ''))
        as relationship,
    case
        when lower(trim(raw.legal_guardian)) in ('true', 't', '1', 'y', 'yes', 'on') then true
        when lower(trim(raw.legal_guardian)) in ('false', 'f', '0', 'n', 'no', 'off') then false
    end as legal_guardian,
    case
        when lower(trim(raw.no_contact)) in ('true', 't', '1', 'y', 'yes', 'on') then true
        when lower(trim(raw.no_contact)) in ('false', 'f', '0', 'n', 'no', 'off') then false
    end as no_contact,
    if(list_contains($placeholders, lower(trim(raw.given_name))), null, nullif(trim(raw.given_name), '')) as given_name,
    if(list_contains($placeholders, lower(trim(raw.family_name))), null, nullif(trim(raw.family_name), ''))
        as family_name,
    if(
        regexp_full_match(trim(raw.email), '[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+'), lower(trim(raw.email)), null
    ) as email,
    coalesce(
        sms_words.meant,
        if(
            regexp_full_match(translate(raw.sms, '()-. ', ''), $plain_phone)
            and right(translate(raw.sms, '()-. ', ''), 7) <> repeat(right(translate(raw.sms, '()-. ', ''), 1), 7),
            '+1' || right(translate(raw.sms, '()-. ', ''), 10),
            null
        )
    ) as sms,
    coalesce(
        phone_words.meant,
        if(
            regexp_full_match(translate(raw.phone, '()-. ', ''), $plain_phone)
            and right(translate(raw.phone, '()-. ', ''), 7) <> repeat(right(translate(raw.phone, '()-. ', ''), 1), 7),
            '+1' || right(translate(raw.phone, '()-. ', ''), 10),
            null
        )
    ) as phone,
    if(languages.sent is null, nullif(trim(raw.language, ' "'), ''), languages.meant) as language,
    case
        when
            coalesce(trim(raw.guardian_sourced_id), '') = '' and coalesce(trim(raw.student_sourced_id), '') = ''
            then 'row_blank'
        when coalesce(trim(raw.guardian_sourced_id), '') = '' then 'further_key_missing'
        when coalesce(trim(raw.student_sourced_id), '') = '' then 'further_key_missing'
    end as reason,
    case reason when 'row_blank' then 'excluded' when 'further_key_missing' then 'rejected' else 'accepted' end
        as verdict
from day.raw.guardians as raw
left join day.oneroster.words as sms_words on trim(raw.sms, ' "') = sms_words.sent and sms_words.kind = 'phone'
left join day.oneroster.words as phone_words on trim(raw.phone, ' "') = phone_words.sent and phone_words.kind = 'phone'
left join day.oneroster.words as languages
    on trim(raw.language, ' "') = languages.sent and languages.kind = 'language'
