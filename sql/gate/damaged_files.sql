-- sync.holds: losses that a damaged file may have caused: what is missing from it may only have been lost. That is who
-- would be archived, and what a row that is missing may have said of somebody: a school, a contact detail, a role.
--     key_unreadable   a row does not say whose it is, and no cell of it is an id that we know
-- grain: record_type, code, operation, file
-- reads: sync.measured, sync.limits, sync.losses, sync.exempt, sync.matched_users, sync.matched_classes,
--     oneroster.left_out, oneroster.contacts, oneroster.guardians, raw.unreadable, oneroster.user_rows,
--     oneroster.class_rows, oneroster.enrollment_rows, oneroster.student_numbers
insert into day.sync.holds by name
with known_ids as (
    select 'users.csv' as file, sourced_id from day.sync.matched_users where state is not null
    union all
    select 'classes.csv' as file, sourced_id from day.sync.matched_classes where state is not null
    union all
    select further.file, known.sourced_id
    from day.sync.matched_users as known
    cross join (values ('contacts.csv'), ('guardians.csv')) as further (file)
    where known.state is not null
    union all
    -- a row of enrollments.csv that cannot be read is known by the person in it
    select 'enrollments.csv' as file, sourced_id from day.sync.matched_users where state is not null
),

nameless_files as (
    select unreadable.file
    from day.raw.unreadable as unreadable
    left join day.oneroster.left_out as cells
        on unreadable.file = cells.file and unreadable.line = cells.line and not cells.is_key
    left join known_ids on cells.file = known_ids.file and cells.sourced_id = known_ids.sourced_id
    group by unreadable.file, unreadable.line
    having count(known_ids.sourced_id) = 0
    union
    select 'users.csv' as file from day.oneroster.user_rows where reason = 'key_missing'
    union
    -- two students under one number: the row does not say whose number is the wrong one
    select 'users.csv' as file
    from day.oneroster.student_numbers as numbers
    inner join day.oneroster.user_rows as people on numbers.number = people.sourced_id
    where people.reason = 'id_repeated'
    group by numbers.number
    having count(distinct numbers.sourced_id) > 1
    union
    select 'classes.csv' as file from day.oneroster.class_rows where reason = 'key_missing'
    union
    select 'contacts.csv' as file
    from day.oneroster.contacts
    where verdict = 'rejected' and contact_id is null and student_id is null
    union
    select 'guardians.csv' as file
    from day.oneroster.guardians
    where verdict = 'rejected' and guardian_id is null and student_id is null
    union
    select 'enrollments.csv' as file
    from day.oneroster.enrollment_rows
    where verdict = 'rejected' and class_sourced_id is null and user_sourced_id is null
),

types_of_files (file, record_type) as (
    values
    ('users.csv', 'students'),
    ('users.csv', 'staff'),
    ('users.csv', 'guardians'),
    ('users.csv', 'guardian_links'),
    ('contacts.csv', 'guardians'),
    ('contacts.csv', 'guardian_links'),
    ('guardians.csv', 'guardians'),
    ('guardians.csv', 'guardian_links'),
    ('classes.csv', 'classes'),
    ('enrollments.csv', 'enrollments')
),

causes as (
    select 'key_unreadable' as code, record_type, file
    from types_of_files
    inner join nameless_files using (file)
),

-- what updates lose by a row that is not there: the other columns of students and staff say themselves that they are
-- blank (sync/stopped has the same test)
lost as (
    select losses.record_type, count(distinct losses.roster_id) as changes
    from day.sync.losses as losses
    anti join day.sync.exempt as exempt
        on losses.record_type = exempt.record_type and losses.roster_id = exempt.roster_id
    where losses.record_type in ('guardians', 'guardian_links') or losses.field = 'orgSourcedIds'
    group by losses.record_type
)

select
    causes.record_type,
    causes.code,
    causes.file,
    'archive'                                   as operation,
    measured.archives                           as changes,
    allowed(measured.base, limits.percent, limits.at_least) as allowed,
    measured.base
from causes
inner join day.sync.measured as measured using (record_type)
inner join day.sync.limits as limits using (record_type)
where measured.school_id is null and measured.grade is null and measured.archives > 0 and limits.measure = 'archive'
union all by name
select
    causes.record_type,
    causes.code,
    causes.file,
    'update'                                    as operation,
    lost.changes,
    0                                           as allowed,
    measured.base
from causes
inner join lost using (record_type)
inner join day.sync.measured as measured using (record_type)
where measured.school_id is null and measured.grade is null
