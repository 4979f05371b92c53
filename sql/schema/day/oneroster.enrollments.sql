-- oneroster.enrollments: who is in which class, as what: the accepted rows. A view, since six million rows would
-- otherwise be written twice.
-- grain: class_sourced_id, user_sourced_id, role
-- reads: oneroster.enrollment_rows
create or replace view day.oneroster.enrollments as
select
    line,
    class_sourced_id,
    user_sourced_id,
    by_number,
    role,
    sourced_id,             -- an attribute, never the key: many exports do not have it
    is_primary,
    begin_date,             -- YYYY-MM-DD
    end_date
from day.oneroster.enrollment_rows
where verdict = 'accepted'
