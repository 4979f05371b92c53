-- rows left out without being wrong, by reason.
-- grain: file, reason
-- reads: oneroster.user_rows, oneroster.class_rows, oneroster.enrollment_rows, oneroster.contacts, oneroster.guardians,
--     guardians.contact_rows
with excluded as (
    select 'users.csv' as file, reason from day.oneroster.user_rows where verdict = 'excluded'
    union all
    select file, reason from day.guardians.contact_rows where verdict = 'excluded'
    union all
    select 'contacts.csv' as file, reason from day.oneroster.contacts where verdict = 'excluded'
    union all
    select 'guardians.csv' as file, reason from day.oneroster.guardians where verdict = 'excluded'
    union all
    select 'classes.csv' as file, reason from day.oneroster.class_rows where verdict = 'excluded'
    union all
    select 'enrollments.csv' as file, reason from day.oneroster.enrollment_rows where verdict = 'excluded'
)

select
    file,
    case reason
        when 'other_school' then 'of a school that does not take part'
        when 'row_repeated' then 'the same as an earlier row'
        when 'other_stint' then 'another stint of the same person in the same class'
        when 'row_blank' then 'a blank row'
        when 'status_inactive' then 'a record that is not active, by its status'
        when 'not_active' then 'an enrollment of a person or class that is not active'
        when 'dropped' then 'a dropped enrollment: its class has a negative id'
        when 'has_ended' then 'an enrollment that has ended'
        when 'is_to_come' then 'an enrollment that is yet to begin'
        when 'other_file_refused' then 'not looked at, because users.csv or classes.csv cannot be used'
        else reason
    end                                                 as reason,
    count(*)                                            as count
from excluded
group by all
order by file, count desc, reason
