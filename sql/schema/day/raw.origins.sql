-- raw.origins: where rows stand that were made from the files of another format.
-- grain: file, line
-- reads: raw.users, raw.classes, raw.enrollments, raw.contacts
create or replace view day.raw.origins as
select
    'users.csv'                 as file,
    line,
    sent_file,
    try_cast(sent_line as bigint) as sent_line
from day.raw.users
where try_cast(sent_line as bigint) is not null
union all
select
    'classes.csv'               as file,
    line,
    sent_file,
    try_cast(sent_line as bigint) as sent_line
from day.raw.classes
where try_cast(sent_line as bigint) is not null
union all
select
    'enrollments.csv'           as file,
    line,
    sent_file,
    try_cast(sent_line as bigint) as sent_line
from day.raw.enrollments
where try_cast(sent_line as bigint) is not null
union all
select
    'contacts.csv'              as file,
    line,
    sent_file,
    try_cast(sent_line as bigint) as sent_line
from day.raw.contacts
where try_cast(sent_line as bigint) is not null
