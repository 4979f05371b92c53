-- sync.holds: losses that a damaged file may have caused: what is missing from it may only have been lost. That is who
-- would be archived, and what a row that is missing may have said of somebody: a school, a contact detail, a role.
--     key_unreadable   a row does not say whose it is, and no cell of it is an id that we know
-- grain: record_type, code, operation, file
-- reads: sync.measured, sync.limits, sync.losses, sync.exempt, sync.nameless_rows
insert into day.sync.holds by name
with types_of_files (file, record_type) as (
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

prep_1 as (
    select distinct file from day.sync.nameless_rows where not is_settled
),

causes as (
    select 'key_unreadable' as code, record_type, file
    from types_of_files
    inner join prep_1 using (file)
),

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
