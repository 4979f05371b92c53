-- sync.holds: THE GATE. Why archives of a record type are stopped:
--     archive_limit   more than the limit: percent of the active records, rounded down, and at least a minimum count
--     all_vanished    every active record of the type would go
--     file_cut_off    a file ends in the middle of a row: what is missing from any file of the delivery says nothing
--     key_unreadable  a row does not say whose it is, and no cell of it is an id that we know
--     still_named     other rows of the delivery still name the person or class (only these are stopped)
--     column_absent   users.csv lost a column that guardians were worked out from
-- Archives that follow from another (a student takes its enrollments) follow its fate and do not count here.
-- grain: record_type, code
-- reads: sync.plan, sync.users, sync.classes, sync.matched_users, sync.matched_classes, sync.limits, sync.protected,
--     raw.findings, raw.unreadable, oneroster.user_rows, oneroster.class_rows,
--     oneroster.enrollment_rows, book.roster.enrollments, book.roster.guardian_links
insert into day.sync.holds by name
with archive_counts as (
    select
        record_type,
        count(*) filter (where not consequence) as archives,
        count(*)                                as archives_with_consequences
    from day.sync.plan
    where operation = 'archive'
    group by record_type
),

active as (
    select record_type, count(*) as active from day.sync.matched_users where state = 'active' group by record_type
    union all
    select 'classes' as record_type, count(*) as active from day.sync.matched_classes where state = 'active'
    union all
    select 'enrollments' as record_type, count(*) as active
    from book.roster.enrollments
    where since_sync <= $baseline and (until_sync is null or until_sync > $baseline) and state = 'active'
    union all
    select 'guardian_links' as record_type, count(*) as active
    from book.roster.guardian_links
    where since_sync <= $baseline and (until_sync is null or until_sync > $baseline) and state = 'active'
),

measured as (
    select
        limits.record_type,
        coalesce(archive_counts.archives, 0)    as archives,
        coalesce(archive_counts.archives_with_consequences, 0) as archives_with_consequences,
        coalesce(active.active, 0)              as active,
        greatest(
            floor(coalesce(active.active, 0) * limits.percent / 100 + 1e-9)::bigint, limits.at_least
        )                                       as allowed
    from day.sync.limits as limits
    left join archive_counts using (record_type)
    left join active using (record_type)
),

known_ids as (
    select 'users.csv' as file, sourced_id from day.sync.matched_users where state is not null
    union all
    select 'classes.csv' as file, sourced_id from day.sync.matched_classes where state is not null
    union all
    -- a row of enrollments.csv that cannot be read is known by the person in it
    select 'enrollments.csv' as file, sourced_id from day.sync.matched_users where state is not null
),

nameless_files as (
    select unreadable.file
    from day.raw.unreadable as unreadable
    left join day.sync.protected as cells
        on unreadable.file = cells.file and unreadable.line = cells.line and not cells.is_key
    left join known_ids on cells.file = known_ids.file and cells.sourced_id = known_ids.sourced_id
    -- the row in which a file was cut off has its own hold
    anti join day.raw.findings as findings
        on
            unreadable.file = findings.file
            and unreadable.line = findings.line
            and findings.code = 'file_cut_off'
    group by unreadable.file, unreadable.line
    having count(known_ids.sourced_id) = 0
    union
    select 'users.csv' as file from day.oneroster.user_rows where reason = 'key_missing'
    union
    select 'classes.csv' as file from day.oneroster.class_rows where reason = 'key_missing'
    union
    select 'enrollments.csv' as file
    from day.oneroster.enrollment_rows
    where verdict = 'rejected' and class_sourced_id is null and user_sourced_id is null
),

still_named as (
    select record_type, count(*) as archives from day.sync.users where still_named group by record_type
    union all
    select 'classes' as record_type, count(*) as archives from day.sync.classes where still_named having count(*) > 0
),

types_of_files (file, record_type) as (
    values
    ('users.csv', 'students'),
    ('users.csv', 'staff'),
    ('users.csv', 'guardians'),
    ('users.csv', 'guardian_links'),
    ('classes.csv', 'classes'),
    ('enrollments.csv', 'enrollments')
)

select record_type, 'archive_limit' as code, archives, allowed, active
from measured
where archives > allowed
union all
select measured.record_type, 'still_named' as code, named.archives, measured.allowed, measured.active
from still_named as named
inner join measured using (record_type)
union all
select record_type, 'column_absent' as code, archives, allowed, active
from measured
where $evidence_is_absent and record_type in ('guardians', 'guardian_links') and archives > 0
union all
select record_type, 'all_vanished' as code, archives, allowed, active
from measured
where active > 0 and archives > 0 and archives_with_consequences = active
union all
select record_type, 'file_cut_off' as code, archives, allowed, active
from measured
where archives > 0 and exists (select 1 from day.raw.findings where code = 'file_cut_off')
union all
select measured.record_type, 'key_unreadable' as code, measured.archives, measured.allowed, measured.active
from nameless_files
inner join types_of_files using (file)
inner join measured using (record_type)
where measured.archives > 0
