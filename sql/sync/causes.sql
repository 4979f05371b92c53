-- sync.causes: why changes are withheld, with the digest of the changes that each cause stops by itself: these are
-- named by the ids of the district. A cause is told as the first of its holds in the order of $codes; a turnover where
-- records come in place of what is missing.
-- grain: origin
-- reads: sync.holds, sync.stopped, sync.identified, sync.nameless_rows, sync.record_types
insert into day.sync.causes by name
with lines as (
    select
        stopped.origin,
        concat_ws(' ', plan.record_type, plan.operation, plan.key, plan.content) as line
    from day.sync.stopped as stopped
    inner join day.sync.identified as plan using (record_type, roster_id)
    where plan.withheld
),

nameless as (
    select
        'key_unreadable ' || file               as origin,
        list(distinct content order by content) as rows
    from day.sync.nameless_rows
    where not is_settled and content is not null
    group by file
),

stopped as (
    select
        origin,
        count(*)                                as changes,
        sha256(
            origin || chr(10) || string_agg(line, chr(10) order by line)
            -- what a person says of rows is said of just these
            || coalesce(chr(10) || array_to_string(any_value(nameless.rows), chr(10)), '')
        )                                       as digest,
        any_value(nameless.rows)                as rows
    from lines
    left join nameless using (origin)
    group by origin
),

-- one for each cause, before the digest is worked out
first_holds as (
    select
        holds.* replace (
            if(
                holds.code in ('all_vanished', 'archive_limit')
                and (holds.origin, holds.record_type) in (
                    select (others.origin, others.record_type)
                    from day.sync.holds as others
                    where others.operation = 'add'
                ),
                'turnover', holds.code
            ) as code
        )
    from day.sync.holds as holds
    inner join day.sync.record_types as record_types using (record_type)
    qualify
        row_number() over (
            partition by holds.origin
            order by
                list_position($codes, holds.code),
                record_types.position,
                holds.school_id,
                holds.grade,
                holds.field
        ) = 1
)

select
    stopped.origin,
    first_holds.code,
    first_holds.file,
    first_holds.school_id,
    first_holds.grade,
    first_holds.field,
    stopped.changes,
    stopped.digest,
    stopped.rows
from stopped
inner join first_holds using (origin)
