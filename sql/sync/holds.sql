-- sync.holds: THE GATE. Why changes are stopped; the limits are those of the sync date, the base is the baseline:
--     archive_limit   more archives of a record type than its limit: percent, rounded down, at least a minimum count
--     school_limit    more archives of a record type in one school than the limit per school
--     all_vanished    every active record of the type would go
--     school_vanished every active student, or every class, of a school would go: nothing of that school does
--     grade_vanished  every active student of a grade would go
--     update_limit    more updates of a record type than its limit
--     column_limit    more updates of one and the same column than its limit
--     add_limit       more adds to a record type than its limit, where it has active records already
--     renumbered      adds that carry the names of those who would go, more than the limit; any, where a type, a
--                     school or a grade vanishes: they would stand beside those who are kept
--     older_content   the delivery is not the last one but one before it
--     undone_content  the delivery is one that was undone
--     file_cut_off    a file ends in the middle of a row: what is missing from any file of the delivery says nothing
--     key_unreadable  a row does not say whose it is, and no cell of it is an id that we know
--     still_named     other rows of the delivery still name the person or class (only these are stopped)
--     column_absent   users.csv lost a column, or the delivery a file, that guardians were worked out from
--     weaker_evidence the same: what is left makes guardians of people who were none before
-- Archives that follow from another (a student takes its enrollments) follow its fate and do not count here.
-- Changes that an approval covers do not count either.
-- grain: record_type, code, school_id, grade, field
-- reads: sync.subjects, sync.school_sizes, sync.limits, sync.record_types, sync.matched_users, sync.matched_classes,
--     sync.protected, raw.findings, raw.unreadable, oneroster.user_rows, oneroster.class_rows,
--     oneroster.enrollment_rows, book.roster.users, book.roster.enrollments, book.roster.guardian_links
insert into day.sync.holds by name
with subjects as (
    select * from day.sync.subjects where not exempt
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

changes as (
    select
        record_type,
        count(*) filter (where operation = 'archive' and not consequence) as archives,
        count(*) filter (where operation = 'archive') as archives_with_consequences,
        count(*) filter (where operation = 'update') as updates,
        count(*) filter (where operation = 'add') as adds,
        count(*) filter (where operation in ('add', 'restore')) as comers,
        count(*) filter (where operation = 'archive' and renumbered) as renumbered,
        count(*)                                as all_changes
    from subjects
    group by record_type
),

measured as (
    select
        record_types.record_type,
        coalesce(active.active, 0)              as base,
        coalesce(changes.archives, 0)           as archives,
        coalesce(changes.archives_with_consequences, 0) as archives_with_consequences,
        coalesce(changes.updates, 0)            as updates,
        coalesce(changes.adds, 0)               as adds,
        coalesce(changes.comers, 0)             as comers,
        coalesce(changes.renumbered, 0)         as renumbered,
        coalesce(changes.all_changes, 0)        as all_changes
    from day.sync.record_types as record_types
    left join active using (record_type)
    left join changes using (record_type)
),

-- each measure with its count, its base and what is allowed
judged as (
    select
        counted.*,
        allowed(counted.base, limits.percent, limits.at_least) as allowed
    from (
        select record_type, 'archive' as measure, archives as changes, base from measured
        union all
        select record_type, 'update' as measure, updates as changes, base from measured
        union all
        select record_type, 'add' as measure, adds as changes, base from measured where base > 0
        union all
        select record_type, 'renumbered' as measure, renumbered as changes, archives_with_consequences as base
        from measured
    ) as counted
    inner join day.sync.limits as limits using (record_type, measure)
),

archive_allowed as (
    select record_type, allowed from judged where measure = 'archive'
),

columns as (
    select
        fields.record_type,
        fields.field,
        count(*)                                as changes,
        any_value(measured.base)                as base,
        allowed(any_value(measured.base), any_value(limits.percent), any_value(limits.at_least)) as allowed
    from (
        select record_type, unnest(changed) as field
        from subjects
        where operation = 'update'
    ) as fields
    inner join measured using (record_type)
    inner join day.sync.limits as limits on fields.record_type = limits.record_type and limits.measure = 'column'
    group by fields.record_type, fields.field
),

schools as (
    select
        archives.record_type,
        archives.school_id,
        count(*) filter (where not archives.consequence) as changes,
        count(*)                                as changes_with_consequences,
        any_value(sizes.active)                 as base,
        allowed(any_value(sizes.active), any_value(limits.percent), any_value(limits.at_least)) as allowed
    from (
        select record_type, unnest(school_ids) as school_id, consequence
        from subjects
        where operation = 'archive'
    ) as archives
    inner join day.sync.school_sizes as sizes using (record_type, school_id)
    inner join day.sync.limits as limits
        on archives.record_type = limits.record_type and limits.measure = 'archive_per_school'
    group by archives.record_type, archives.school_id
),

vanished_schools as (
    select schools.school_id
    from schools
    inner join measured using (record_type)
    where
        $vanished_is_held
        and schools.record_type in ('students', 'classes')
        and schools.changes_with_consequences = schools.base
        -- a school's only class may be replaced by another
        and (schools.record_type = 'students' or schools.base > 1)
        -- where the whole type vanishes, that has a hold of its own
        and measured.archives_with_consequences < measured.base
),

grade_sizes as (
    select
        grades                                  as grade,
        count(*)                                as active
    from book.roster.users
    where
        since_sync <= $baseline
        and (until_sync is null or until_sync > $baseline)
        and state = 'active'
        and record_type = 'students'
    group by grades
),

grades as (
    select
        subjects.grade,
        count(*)                                as changes,
        any_value(known.active)                 as base
    from subjects
    inner join grade_sizes as known using (grade)
    where subjects.operation = 'archive' and subjects.record_type = 'students'
    group by subjects.grade
),

vanished_types as (
    select record_type
    from measured
    where $vanished_is_held and base > 0 and archives > 0 and archives_with_consequences = base
    union
    select record_type
    from schools
    where changes > 0 and school_id in (select school_id from vanished_schools)
    union
    select 'students' as record_type
    from grades
    where $vanished_is_held and changes = base
),

known_ids as (
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
    select record_type, count(*) as archives
    from subjects
    where operation = 'archive' and still_named
    group by record_type
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
)

select
    record_type,
    measure || '_limit'                         as code,
    measure                                     as operation,
    changes,
    allowed,
    base
from judged
where changes > allowed and measure <> 'renumbered'
union all by name
select record_type, 'renumbered' as code, null as operation, changes, allowed, base
from judged
where
    measure = 'renumbered'
    and changes > if(record_type in (select vanished_types.record_type from vanished_types), 0, allowed)
union all by name
select record_type, 'column_limit' as code, 'update' as operation, field, changes, allowed, base
from columns
where changes > allowed
union all by name
select record_type, 'school_limit' as code, 'archive' as operation, school_id, changes, allowed, base
from schools
where changes > allowed
union all by name
-- of a school that vanishes nothing goes at all
select record_type, 'school_vanished' as code, 'archive' as operation, school_id, changes, 0 as allowed, base
from schools
where changes > 0 and school_id in (select school_id from vanished_schools)
union all by name
select 'students' as record_type, 'grade_vanished' as code, 'archive' as operation, grade, changes, 0 as allowed, base
from grades
where
    $vanished_is_held
    and changes = base
    and (
        select measured.archives_with_consequences < measured.base
        from measured
        where measured.record_type = 'students'
    )
union all by name
select record_type, 'all_vanished' as code, 'archive' as operation, archives as changes, allowed, base
from measured
inner join archive_allowed using (record_type)
where $vanished_is_held and base > 0 and archives > 0 and archives_with_consequences = base
union all by name
select record_type, 'older_content' as code, null as operation, all_changes as changes, 0 as allowed, base
from measured
where $content_is_older and all_changes > 0
union all by name
select record_type, 'undone_content' as code, null as operation, all_changes as changes, 0 as allowed, base
from measured
where $content_is_undone and all_changes > 0
union all by name
select measured.record_type, 'still_named' as code, 'archive' as operation, named.archives as changes, allowed, base
from still_named as named
inner join measured using (record_type)
inner join archive_allowed using (record_type)
union all by name
select record_type, 'column_absent' as code, 'archive' as operation, archives as changes, allowed, base
from measured
inner join archive_allowed using (record_type)
where $evidence_is_absent and record_type in ('guardians', 'guardian_links') and archives > 0
union all by name
select record_type, 'weaker_evidence' as code, 'add' as operation, comers as changes, 0 as allowed, base
from measured
where $evidence_is_absent and record_type = 'guardian_links' and comers > 0
union all by name
select record_type, 'file_cut_off' as code, 'archive' as operation, archives as changes, allowed, base
from measured
inner join archive_allowed using (record_type)
where archives > 0 and exists (select 1 from day.raw.findings where code = 'file_cut_off')
union all by name
select record_type, 'key_unreadable' as code, 'archive' as operation, archives as changes, allowed, base
from measured
inner join archive_allowed using (record_type)
where
    archives > 0
    and record_type in (
        select types_of_files.record_type from types_of_files inner join nameless_files using (file)
    )
