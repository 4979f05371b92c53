-- oneroster.findings of grades, languages, telephone numbers and e-mail addresses that were mapped, kept without being
-- understood, or left out: once per kind and file, with the first lines.
-- grain: file, code
-- reads: raw.users, raw.classes, raw.contacts, raw.guardians, oneroster.words
insert into day.oneroster.findings by name
with values_sent as (
    select 'users.csv' as file, line, 'grades' as kind, trim(grades, ' "') as sent from day.raw.users
    union all
    select 'classes.csv' as file, line, 'grades' as kind, trim(grades, ' "') as sent from day.raw.classes
    union all
    select 'users.csv' as file, line, 'language' as kind, trim(language, ' "') as sent from day.raw.users
    union all
    select 'users.csv' as file, line, 'phone' as kind, trim(sms, ' "') as sent from day.raw.users
    union all
    select 'users.csv' as file, line, 'phone' as kind, trim(phone, ' "') as sent from day.raw.users
    union all
    select 'users.csv' as file, line, 'email' as kind, trim(email, ' "') as sent from day.raw.users
    union all
    select 'users.csv' as file, line, 'schools' as kind, trim(org_sourced_ids, ' "') as sent from day.raw.users
    union all
    select 'users.csv' as file, line, 'agents' as kind, trim(agent_sourced_ids, ' "') as sent from day.raw.users
    union all
    select 'contacts.csv' as file, line, 'language' as kind, trim(language, ' "') as sent from day.raw.contacts
    union all
    select 'contacts.csv' as file, line, 'phone' as kind, trim(sms, ' "') as sent from day.raw.contacts
    union all
    select 'contacts.csv' as file, line, 'phone' as kind, trim(phone, ' "') as sent from day.raw.contacts
    union all
    select 'contacts.csv' as file, line, 'email' as kind, trim(email, ' "') as sent from day.raw.contacts
    union all
    select 'guardians.csv' as file, line, 'language' as kind, trim(language, ' "') as sent from day.raw.guardians
    union all
    select 'guardians.csv' as file, line, 'phone' as kind, trim(sms, ' "') as sent from day.raw.guardians
    union all
    select 'guardians.csv' as file, line, 'phone' as kind, trim(phone, ' "') as sent from day.raw.guardians
    union all
    select 'guardians.csv' as file, line, 'email' as kind, trim(email, ' "') as sent from day.raw.guardians
),

told as (
    select
        values_sent.file,
        values_sent.line,
        case
            when words.kind = 'phone' and words.state = 'refused'
                then if(is_spreadsheet_value(words.sent), null, 'phone_wrong')
            when words.kind = 'email' and words.state = 'mapped' then 'emails_mapped'
            when words.kind = 'email' and words.state = 'refused' then 'email_wrong'
            when words.kind = 'grades' and words.state = 'mapped' then 'grades_mapped'
            when words.kind = 'grades' and words.state = 'unknown' then 'grades_unknown'
            when words.kind = 'language' and words.state = 'unknown' then 'language_unknown'
            when words.kind in ('schools', 'agents') and words.state = 'mapped' then 'lists_mapped'
            when words.kind = 'agents' and words.state = 'refused' then 'list_unknown'
        end                                     as code
    from values_sent
    inner join day.oneroster.words as words on values_sent.kind = words.kind and values_sent.sent = words.sent
    where lower(words.sent) not in (select unnest($placeholders))
    union all
    select 'classes.csv' as file, line, 'lists_mapped' as code
    from day.raw.classes
    where
        plain_list(periods) <> trim(periods, ' "')
        or plain_list(term_sourced_ids) <> trim(term_sourced_ids, ' "')
)

select
    file,
    min(line)                                   as line,
    null                                        as field,
    code,
    null                                        as sourced_id,
    count(*)
    || if(count(*) = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(min(line, 3), ', ') as value
from told
where code is not null
group by file, code
