-- oneroster.enrollment_rows where users.csv or classes.csv could not be read: nothing can be said of any row.
-- grain: line
-- reads: raw.enrollments
insert into day.oneroster.enrollment_rows by name
select
    line,
    nullif(trim(class_sourced_id), '')          as class_sourced_id,
    nullif(trim(user_sourced_id), '')           as user_sourced_id,
    nullif(lower(trim(role)), '')               as role,
    'excluded'                                  as verdict,
    'other_file_refused'                        as reason
from day.raw.enrollments
