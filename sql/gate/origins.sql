-- sync.holds: the file that each hold rests on, and its origin. Holds of one origin are one cause: a file of which
-- too much is missing, a school, a column. What only says more of another hold is a part of it:
--     a school or a grade that would be empty or lose too much, where too much is missing from the whole file
--     a column, where too many of its type change at all
--     what comes in place of what is missing, where most would be replaced; enrollments, where classes or people are
--     what waits for the other half of such a change
-- A hold that names its origin keeps it.
-- reads: sync.holds, sync.subjects
update day.sync.holds
set file = found.file, origin = found.origin
from (
    with files as (
        select record_type, operation, arg_max(file, (changes, file)) as file
        from (
            select record_type, if(operation = 'restore', 'add', operation) as operation, file, count(*) as changes
            from day.sync.subjects
            where not exempt
            group by all
        )
        group by record_type, operation
    ),

    placed as (
        select
            holds.*,
            holds.file                          as file_before,
            coalesce(holds.file, files.file)    as of_file
        from day.sync.holds as holds
        left join files
            on
                holds.record_type = files.record_type
                and coalesce(holds.operation, 'archive') = files.operation
    ),

    -- files of which too much is missing, and whether it is most of a type
    losses as (
        select of_file, bool_or(changes > base / 2) as most
        from placed
        where code in ('all_vanished', 'archive_limit')
        group by of_file
    ),

    gains as (
        select
            placed.record_type,
            'add ' || placed.of_file            as origin,
            if(
                losses.most and (placed.code = 'turnover' or placed.changes > placed.base / 2),
                'archive ' || placed.of_file, null
            )                                   as replaced
        from placed
        left join losses on placed.of_file = losses.of_file
        where placed.code in ('add_limit', 'turnover') and placed.operation = 'add'
    ),

    of_gains as (
        select
            record_type,
            coalesce(
                replaced,
                if(
                    record_type = 'enrollments',
                    (select min(others.replaced) from gains as others where others.record_type <> 'enrollments'),
                    null
                ),
                origin
            )                                   as origin
        from gains
    )

    select
        placed.* exclude (file, of_file, origin),
        placed.of_file                          as file,
        coalesce(
            placed.origin,
            case
                when placed.code in ('all_vanished', 'archive_limit') then 'archive ' || placed.of_file
                when losses.of_file is not null and placed.code in (
                    'school_vanished', 'school_limit', 'grade_vanished'
                ) then 'archive ' || placed.of_file
                when placed.code in ('school_vanished', 'school_limit') then 'school ' || placed.school_id
                when placed.code = 'add_limit' then own_gain.origin
                when placed.code = 'turnover' and placed.operation = 'add'
                    then (
                        select min('archive ' || others.of_file)
                        from placed as others
                        where
                            others.record_type = placed.record_type and others.code in ('all_vanished', 'archive_limit')
                    )
                when placed.code = 'turnover'
                    then
                        coalesce(
                            own_gain.origin, (select origin from of_gains where record_type = 'enrollments')
                        )
                when placed.code in ('update_limit', 'column_limit', 'values_lost') and placed.school_id is not null
                    then concat_ws(' ', 'column', placed.of_file, placed.field, placed.school_id)
                when
                    placed.code = 'update_limit'
                    or (
                        placed.code in ('column_limit', 'values_lost')
                        and placed.record_type in (
                            select others.record_type
                            from placed as others
                            where others.code = 'update_limit' and others.school_id is null
                        )
                    )
                    then 'update ' || placed.of_file
                when placed.code in ('column_limit', 'values_lost')
                    then 'column ' || placed.of_file || ' ' || placed.field
                when placed.code = 'school_emptied' then 'moves ' || placed.school_id
                when placed.code in ('older_content', 'undone_content') then 'content'
            end,
            concat_ws(
                ' ', placed.code, coalesce(placed.school_id, placed.grade, placed.of_file)
            )
        )                                       as origin
    from placed
    left join losses on placed.of_file = losses.of_file
    left join of_gains as own_gain on placed.record_type = own_gain.record_type
) as found
where
    day.sync.holds.record_type = found.record_type
    and day.sync.holds.code = found.code
    and day.sync.holds.operation is not distinct from found.operation
    and day.sync.holds.school_id is not distinct from found.school_id
    and day.sync.holds.grade is not distinct from found.grade
    and day.sync.holds.field is not distinct from found.field
    and day.sync.holds.file is not distinct from found.file_before
