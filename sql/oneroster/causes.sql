-- oneroster.findings: each class and person that several enrollments name and nobody knows, once, with how many rows
-- it takes down and the id that is probably meant; and all ids that are those of another file but for zeros and the
-- case of letters. The rows themselves have findings of their own.
-- grain: code, value
-- reads: oneroster.enrollment_rows, oneroster.class_rows, oneroster.user_rows
insert into day.oneroster.findings by name
with missing as (
    select
        if(reason = 'class_unknown', 'class', 'user') as kind,
        if(reason = 'class_unknown', class_sourced_id, user_sourced_id) as id,
        min(line)                               as line,
        count(*)                                as many
    from day.oneroster.enrollment_rows
    where reason in ('class_unknown', 'user_unknown')
    group by all
),

ids as (
    select 'class' as kind, sourced_id as id
    from day.oneroster.class_rows
    union
    select 'user' as kind, sourced_id as id
    from day.oneroster.user_rows
),

twins as (
    select
        missing.kind,
        missing.id,
        min(ids.id)                             as twin
    from missing
    inner join ids on missing.kind = ids.kind and ltrim(lower(missing.id), '0') = ltrim(lower(ids.id), '0')
    group by missing.kind, missing.id
)

select
    'enrollments.csv'                           as file,
    missing.line,
    if(missing.kind = 'class', 'classSourcedId', 'userSourcedId') as field,
    missing.kind || '_missing_for_many'         as code,
    null                                        as sourced_id,
    missing.id || ' is not in ' || if(missing.kind = 'class', 'classes.csv', 'users.csv')
    || ' and affects ' || missing.many || ' rows' || coalesce('. Closest match: ' || twins.twin, '') as value
from (select * from missing where many > 1 order by many desc, kind, id limit 100) as missing
left join twins using (kind, id)
union all by name
select
    'enrollments.csv'                           as file,
    min(missing.line)                           as line,
    if(kind = 'class', 'classSourcedId', 'userSourcedId') as field,
    'ids_differ'                                as code,
    null                                        as sourced_id,
    sum(missing.many)::bigint
    || if(sum(missing.many) = 1, ' row', ' rows')
    || ', such as '
    || min_by(missing.id || ' for ' || twins.twin, missing.line)
    || ' of '
    || if(kind = 'class', 'classes.csv', 'users.csv') as value
from missing
inner join twins using (kind, id)
group by kind
