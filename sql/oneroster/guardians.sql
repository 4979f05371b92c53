-- oneroster.guardians: see sql/schema/day/oneroster.guardians.sql.
-- grain: line
-- reads: raw.guardians, oneroster.words, oneroster.cell_states, oneroster.student_numbers
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
            else lower(told(raw.role, $placeholders))
        end as role,
        told(raw.relationship, $placeholders) as relationship,
        yes_no(raw.legal_guardian) as legal_guardian,
        yes_no(raw.no_contact) as no_contact,
        name_of(raw.given_name, raw.family_name) as given_name,
        name_of(raw.family_name, raw.given_name) as family_name,
        if(emails.sent is null, nullif(lower(trim(raw.email, ' "')), ''), emails.meant) as email,
        if(
            sms_words.sent is null, '+1' || right(translate(nullif(trim(raw.sms, ' "'), ''), '()-. ', ''), 10),
            split_part(sms_words.meant, ';', 1)
        ) as sms,
        if(
            phone_words.sent is null, '+1' || right(translate(nullif(trim(raw.phone, ' "'), ''), '()-. ', ''), 10),
            phone_words.meant
        ) as phone,
        if(languages.sent is null, nullif(trim(raw.language, ' "'), ''), languages.meant) as language
    from sent as raw
    left join day.oneroster.words as emails on trim(raw.email, ' "') = emails.sent and emails.kind = 'email'
    left join day.oneroster.words as sms_words on trim(raw.sms, ' "') = sms_words.sent and sms_words.kind = 'phone'
    left join
        day.oneroster.words as phone_words
        on trim(raw.phone, ' "') = phone_words.sent and phone_words.kind = 'phone'
    left join day.oneroster.words as languages
        on trim(raw.language, ' "') = languages.sent and languages.kind = 'language'
    left join day.oneroster.student_numbers as numbers on trim(raw.student_sourced_id) = numbers.sourced_id
),

unknown_bars as (
    select line
    from day.oneroster.cell_states
    where file = 'guardians.csv' and field = 'no_contact' and state = 'unreadable'
)

select
    read.*,
    case
        when coalesce(guardian_id, student_id, given_name, family_name, role, relationship) is null then 'row_blank'
        when guardian_id is null or student_id is null then 'further_key_missing'
        when unknown_bars.line is not null then 'bar_unknown'
        when role not in ('parent', 'guardian', 'relative') then 'role_unknown'
    end as reason,
    case when reason is null then 'accepted' when reason = 'row_blank' then 'excluded' else 'rejected' end as verdict
from read
left join unknown_bars using (line)
