-- oneroster.contacts: see sql/schema/day/oneroster.contacts.sql.
-- grain: line
-- reads: raw.contacts, oneroster.words, oneroster.cell_states, oneroster.student_numbers
insert into day.oneroster.contacts by name
with sent as (
    select
        * replace (
            if($mobile = 'phone', phone, sms)   as sms,
            if($mobile = 'phone', sms, phone)   as phone
        )
    from day.raw.contacts
),

read as (
    select
        raw.line,
        nullif(trim(raw.contact_sourced_id), '') as contact_id,
        coalesce(numbers.number, nullif(trim(raw.student_sourced_id), '')) as student_id,
        told(raw.relationship, $placeholders) as relationship,
        told(raw.relationship_display, $placeholders) as relationship_display,
        yes_no(raw.legal_guardian) as legal_guardian,
        try_cast(trim(raw.priority) as integer) as priority,
        yes_no(raw.lives_with) as lives_with,
        yes_no(raw.emergency) as emergency,
        yes_no(raw.no_contact) as no_contact,
        yes_no(raw.custody) as custody,
        nullif(lower(trim(raw.role)), '') as role,
        name_of(raw.given_name, raw.family_name) as given_name,
        name_of(raw.family_name, raw.given_name) as family_name,
        told(raw.middle_name, $placeholders) as middle_name,
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
    where file = 'contacts.csv' and field = 'no_contact' and state = 'unreadable'
)

select
    read.*,
    case
        when coalesce(contact_id, student_id, given_name, family_name, relationship, relationship_display) is null
            then 'row_blank'
        when contact_id is null or student_id is null then 'further_key_missing'
        when unknown_bars.line is not null then 'bar_unknown'
    end as reason,
    case when reason is null then 'accepted' when reason = 'row_blank' then 'excluded' else 'rejected' end as verdict
from read
left join unknown_bars using (line)
