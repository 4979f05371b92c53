-- the distinct values whose meaning is looked up: all grades and languages, and the dates, telephone numbers and e-mail
-- addresses that are not written as the roster has them.
-- grain: kind, sent
-- reads: raw.users, raw.classes, raw.enrollments, raw.contacts, raw.guardians
with phones as (
    select sms as sent from day.raw.users
    union all
    select phone as sent from day.raw.users
    union all
    select sms as sent from day.raw.contacts
    union all
    select phone as sent from day.raw.contacts
    union all
    select sms as sent from day.raw.guardians
    union all
    select phone as sent from day.raw.guardians
),

-- told apart before their form is looked at: there are few, on millions of rows
dates as (
    select distinct begin_date as sent
    from day.raw.enrollments
    union
    select distinct end_date as sent
    from day.raw.enrollments
),

emails as (
    select email as sent from day.raw.users
    union all
    select email as sent from day.raw.contacts
    union all
    select email as sent from day.raw.guardians
),

found as (
    select 'grades' as kind, grades as sent
    from day.raw.users
    union
    select 'grades' as kind, grades as sent
    from day.raw.classes
    union
    select 'language' as kind, language as sent
    from day.raw.users
    union
    select 'language' as kind, language as sent
    from day.raw.contacts
    union
    select 'language' as kind, language as sent
    from day.raw.guardians
    union
    select 'date' as kind, sent
    from dates
    where
        sent <> ''
        and (
            not regexp_full_match(sent, '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
            -- 2026-02-31 and 0000-00-00 have the form of a date, and are none; 1900-01-01 stands for none
            or try_cast(sent as date) is null
            or sent < $first_year
        )
    union
    select 'email' as kind, sent
    from emails
    where sent <> '' and not is_email(sent)
    union
    select 'phone' as kind, sent
    from phones
    where
        sent <> ''
        and plain_phone(translate(sent, '()-. ', ''), $plain_phone) is null
)

select distinct
    kind,
    trim(sent, ' "')                            as sent
from found
where trim(sent, ' "') <> ''
