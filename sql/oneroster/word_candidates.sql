-- the distinct values whose meaning is looked up: all grades and languages, and the dates and telephone numbers that
-- are not written as the roster has them.
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
            -- 2026-02-31 and 0000-00-00 have the form of a date, and are none
            or try_cast(sent as date) is null
        )
    union
    select 'phone' as kind, sent
    from phones
    where
        sent <> ''
        and (
            not regexp_full_match(translate(sent, '()-. ', ''), $plain_phone)
            -- 888-888-8888 and the like have the form of a number, and are none
            or right(translate(sent, '()-. ', ''), 7) = repeat(right(translate(sent, '()-. ', ''), 1), 7)
        )
)

select distinct
    kind,
    trim(sent, ' "')                            as sent
from found
where trim(sent, ' "') <> ''
