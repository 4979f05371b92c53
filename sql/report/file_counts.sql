-- the rows of each file by verdict: received = accepted + rejected + excluded.
-- grain: file
-- reads: oneroster.user_rows, oneroster.class_rows, oneroster.enrollment_rows, guardians.contact_rows, raw.unreadable,
--     oneroster.contacts, oneroster.guardians, oneroster.student_attributes
with verdicts as (
    select
        'users.csv' as file,
        coalesce(contacts.verdict, users.verdict) as verdict
    from day.oneroster.user_rows as users
    left join day.guardians.contact_rows as contacts on users.line = contacts.line and contacts.file = 'users.csv'
    union all
    select 'classes.csv' as file, verdict from day.oneroster.class_rows
    union all
    select 'enrollments.csv' as file, verdict from day.oneroster.enrollment_rows
    union all
    select
        'contacts.csv' as file,
        coalesce(judged.verdict, contacts.verdict) as verdict
    from day.oneroster.contacts as contacts
    left join day.guardians.contact_rows as judged
        on contacts.line = judged.line and judged.file = 'contacts.csv'
    union all
    select
        'guardians.csv' as file,
        coalesce(judged.verdict, guardians.verdict) as verdict
    from day.oneroster.guardians as guardians
    left join day.guardians.contact_rows as judged
        on guardians.line = judged.line and judged.file = 'guardians.csv'
    union all
    select 'student_attributes.csv' as file, verdict from day.oneroster.student_attributes
    union all
    select file, 'rejected' as verdict from day.raw.unreadable
)

select
    file,
    count(*)                                            as received,
    count(*) filter (where verdict = 'accepted')        as accepted,
    count(*) filter (where verdict = 'rejected')        as rejected,
    count(*) filter (where verdict = 'excluded')        as excluded
from verdicts
group by file
