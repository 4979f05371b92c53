-- sync.holds: a record type most of which would be replaced in one night, as by another district's files or a new term.
-- Where a limit stops one half of it, the other half waits with it: otherwise the roster would hold both, or neither.
-- The
-- other half waits where more than half of the records would go and as many come, and whatever comes where all would
-- go.
-- Newcomers are not kept out because a few have left.
--     turnover         the half of such a change that no limit stops by itself
-- grain: record_type, operation
-- reads: sync.measured, sync.holds
insert into day.sync.holds by name
with whole as (
    select *
    from day.sync.measured
    where
        school_id is null
        and grade is null
        and base > 0
        and (
            (all_archives > base / 2 and adds + restores > base / 2)
            or (all_archives = base and adds + restores > 0)
        )
),

stopped as (
    select distinct record_type, operation
    from day.sync.holds
    where
        (code in ('archive_limit', 'all_vanished') and operation = 'archive')
        or (code = 'add_limit' and operation = 'add')
),

halves as (
    select record_type, 'archive' as operation, archives as changes, base from whole
    union
    select record_type, 'add' as operation, adds + restores as changes, base from whole
    union
    -- enrollments follow their classes: where their successors wait, the classes do
    select classes.record_type, 'archive' as operation, classes.archives as changes, classes.base
    from day.sync.measured as classes
    semi join whole on whole.record_type = 'enrollments'
    semi join stopped on stopped.record_type = 'enrollments' and stopped.operation = 'add'
    where classes.record_type = 'classes' and classes.school_id is null and classes.grade is null
)

select
    halves.record_type,
    'turnover'                                  as code,
    halves.operation,
    halves.changes,
    0                                           as allowed,
    halves.base
from halves
anti join stopped on halves.record_type = stopped.record_type and halves.operation = stopped.operation
where
    halves.changes > 0
    and halves.record_type in (
        select record_type from stopped
        union all
        select 'classes' as record_type from stopped where record_type = 'enrollments' and operation = 'add'
    )
