-- oneroster.findings: what each file of changes has: how many rows that add or change something, and how many that end
-- something.
-- grain: file
-- reads: raw.deltas, oneroster.user_rows, oneroster.class_rows, oneroster.enrollment_rows
insert into day.oneroster.findings by name
with rows as (
    select 'users.csv' as file, verdict, reason from day.oneroster.user_rows
    union all
    select 'classes.csv' as file, verdict, reason from day.oneroster.class_rows
    union all
    select 'enrollments.csv' as file, verdict, reason from day.oneroster.enrollment_rows
),

counted as (
    select
        file,
        count(*) filter (where verdict = 'accepted') as said,
        count(*) filter (where reason = 'status_inactive') as ended
    from rows
    where file in (select deltas.file from day.raw.deltas as deltas)
    group by file
)

select
    file,
    'delta_read'                                as code,
    said || if(said = 1, ' row adds or changes something', ' rows add or change something')
    || ', and ' || ended || if(ended = 1, ' ends something', ' end something') as value
from counted
where said + ended > 0
