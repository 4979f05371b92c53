-- what to mend first: each kind of error with the rows that it takes down, its own and those of enrollments that name a
-- person or a class which was left out for it. What refuses the whole delivery stands first.
-- grain: file, code
-- reads: meta.findings, oneroster.user_rows, oneroster.class_rows
with errors as (
    select file, line, code, sourced_id, value, refuses
    from day.meta.findings
    where severity = 'error'
),

-- a finding of its own that sums others up, or that follows from another row
roots as (
    select
        file,
        code,
        count(distinct line)                    as own_rows,
        bool_or(refuses)                        as refuses
    from errors
    where code not in ('class_missing_for_many', 'user_missing_for_many', 'class_rejected', 'user_rejected')
    group by file, code
),

left_out as (
    select
        'user_rejected'                         as code,
        'users.csv'                             as file,
        sourced_id,
        min(reason)                             as reason
    from day.oneroster.user_rows
    where verdict = 'rejected' and sourced_id is not null
    group by sourced_id
    union all
    select
        'class_rejected'                        as code,
        'classes.csv'                           as file,
        sourced_id,
        min(reason)                             as reason
    from day.oneroster.class_rows
    where verdict = 'rejected' and sourced_id is not null
    group by sourced_id
),

following as (
    select
        left_out.file,
        left_out.reason                         as code,
        count(distinct errors.line)             as following_rows
    from errors
    inner join left_out on errors.code = left_out.code and errors.value = left_out.sourced_id
    group by left_out.file, left_out.reason
)

select
    roots.file,
    roots.code,
    roots.own_rows,
    coalesce(following.following_rows, 0)       as following_rows,
    roots.refuses
from roots
left join following on roots.file = following.file and roots.code = following.code
order by roots.refuses desc, roots.own_rows + coalesce(following.following_rows, 0) desc, roots.file, roots.code
