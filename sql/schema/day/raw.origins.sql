-- raw.origins: where rows stand that were made from the files of another format.
-- grain: file, line
-- reads: raw.users, raw.classes, raw.enrollments, raw.contacts
create or replace view day.raw.origins as
with rows as (
    select 'users.csv' as file, line, sent_file, sent_line as sent from day.raw.users
    union all
    select 'classes.csv' as file, line, sent_file, sent_line as sent from day.raw.classes
    union all
    select 'enrollments.csv' as file, line, sent_file, sent_line as sent from day.raw.enrollments
    union all
    select 'contacts.csv' as file, line, sent_file, sent_line as sent from day.raw.contacts
)

select
    file,
    line,
    sent_file,
    try_cast(sent as bigint) as sent_line
from rows
where try_cast(sent as bigint) is not null
