-- oneroster.guardians: see sql/schema/day/oneroster.guardians.sql.
-- grain: line
-- reads: raw.guardians, oneroster.words, oneroster.student_numbers
insert into day.oneroster.guardians by name
with sent as (
    select
        * replace (
            if($mobile = 'phone', phone, sms)   as sms,
            if($mobile = 'phone', sms, phone)   as phone
        )
    from day.raw.guardians
),

read as (
    select
        raw.line,
        nullif(trim(raw.guardian_sourced_id), '') as guardian_id,
        coalesce(numbers.number, nullif(trim(raw.student_sourced_id), '')) as student_id,
        case
            -- a file of guardians that does not say which role says that each is a guardian
            when raw.role is null then 'guardian'
            when not list_contains($placeholders, lower(trim(raw.role))) then nullif(lower(trim(raw.role)), '')
        end as role,
        if(list_contains($placeholders, lower(trim(raw.relationship))), null, nullif(trim(raw.relationship), ''))
            as relationship,
        case
            when lower(trim(raw.legal_guardian)) in ('true', 't', '1', 'y', 'yes', 'on') then true
            when lower(trim(raw.legal_guardian)) in ('false', 'f', '0', 'n', 'no', 'off') then false
        end as legal_guardian,
        if(list_contains($placeholders, lower(trim(raw.legal_guardian))), null, nullif(trim(raw.legal_guardian), ''))
            as legal_guardian_sent,
        case
            when lower(trim(raw.no_contact)) in ('true', 't', '1', 'y', 'yes', 'on') then true
            when lower(trim(raw.no_contact)) in ('false', 'f', '0', 'n', 'no', 'off') then false
        end as no_contact,
        if(list_contains($placeholders, lower(trim(raw.no_contact))), null, nullif(trim(raw.no_contact), ''))
            as no_contact_sent,
        if(list_contains($placeholders, lower(trim(raw.given_name))), null, nullif(trim(raw.given_name), ''))
            as given_name,
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
                and right(translate(raw.phone, '()-. ', ''), 7)
                <> repeat(right(translate(raw.phone, '()-. ', ''), 1), 7),
                '+1' || right(translate(raw.phone, '()-. ', ''), 10),
                null
            )
        ) as phone,
        if(languages.sent is null, nullif(trim(raw.language, ' "'), ''), languages.meant) as language
    from sent as raw
    left join day.oneroster.words as sms_words on trim(raw.sms, ' "') = sms_words.sent and sms_words.kind = 'phone'
    left join
        day.oneroster.words as phone_words
        on trim(raw.phone, ' "') = phone_words.sent and phone_words.kind = 'phone'
    left join day.oneroster.words as languages
        on trim(raw.language, ' "') = languages.sent and languages.kind = 'language'
    left join day.oneroster.student_numbers as numbers on trim(raw.student_sourced_id) = numbers.sourced_id
)

select
    *,
    case
        when guardian_id is null and student_id is null then 'row_blank'
        when guardian_id is null or student_id is null then 'further_key_missing'
        when no_contact is null and no_contact_sent is not null then 'bar_unknown'
        when role not in ('parent', 'guardian', 'relative') then 'role_unknown'
    end as reason,
    case when reason is null then 'accepted' when reason = 'row_blank' then 'excluded' else 'rejected' end as verdict
from read
