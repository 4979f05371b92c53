-- oneroster.findings of enrollments.csv: each kind of value that was read more kindly than it was written, once, with
-- how many there are and on which lines the first ones stand.
-- grain: code
-- reads: raw.enrollments, oneroster.words
insert into day.oneroster.findings by name
with told as (
    select
        line,
        coalesce(class_sourced_id <> trim(class_sourced_id), false)
        or coalesce(user_sourced_id <> trim(user_sourced_id), false)
        or coalesce(role <> trim(role), false)
        or coalesce(school_sourced_id <> trim(school_sourced_id), false) as is_padded,
        role <> lower(role)                     as has_capitals,
        coalesce(is_primary not in ('true', 'false', ''), false) as has_flag,
        coalesce(
            if(begins.sent is null, trim(begin_date, ' "'), begins.meant)
            > if(ends.sent is null, nullif(trim(end_date, ' "'), ''), ends.meant),
            false
        )                                       as is_turned,
        coalesce(begins.state = 'mapped', false) or coalesce(ends.state = 'mapped', false) as has_date,
        coalesce(begins.state = 'refused', false) or coalesce(ends.state = 'refused', false) as has_no_date
    from day.raw.enrollments as raw
    left join day.oneroster.words as begins on trim(raw.begin_date, ' "') = begins.sent and begins.kind = 'date'
    left join day.oneroster.words as ends on trim(raw.end_date, ' "') = ends.sent and ends.kind = 'date'
),

counted as (
    select
        unnest([
            struct_pack(
                code := 'values_padded',
                many := count(*) filter (where is_padded),
                first := min(line, 3) filter (where is_padded)
            ),
            struct_pack(
                code := 'words_in_other_case',
                many := count(*) filter (where has_capitals),
                first := min(line, 3) filter (where has_capitals)
            ),
            struct_pack(
                code := 'flags_mapped',
                many := count(*) filter (where has_flag),
                first := min(line, 3) filter (where has_flag)
            ),
            struct_pack(
                code := 'dates_mapped',
                many := count(*) filter (where has_date),
                first := min(line, 3) filter (where has_date)
            ),
            struct_pack(
                code := 'dates_turned',
                many := count(*) filter (where is_turned),
                first := min(line, 3) filter (where is_turned)
            ),
            struct_pack(
                code := 'date_unknown',
                many := count(*) filter (where has_no_date),
                first := min(line, 3) filter (where has_no_date)
            )
        ])                                      as kind
    from told
)

select
    'enrollments.csv'                           as file,
    kind.first[1]                               as line,
    null                                        as field,
    kind.code,
    null                                        as sourced_id,
    kind.many
    || if(kind.many = 1, ' row, on line ', ' rows, the first on lines ')
    || array_to_string(kind.first, ', ')
    || if(kind.code = 'dates_mapped', ', read as ' || $dates_read_as, '') as value
from counted
where kind.many > 0
