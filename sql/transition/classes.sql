-- sync.classes: what leads from the classes that stand to those that are to stand.
-- grain: sourced_id
-- reads: target.classes, sync.matched_classes, book.roster.classes
insert into day.sync.classes by name
with known as (
    select *
    from book.roster.classes
    where since_sync <= $baseline and (until_sync is null or until_sync > $baseline)
),

compared as (
    select
        matched.roster_id,
        matched.state,
        target.* exclude (roster_id),
        list_filter([
            if(target.title is distinct from known.title, 'title', null),
            if(target.grades is distinct from known.grades, 'grades', null),
            if(target.school_id is distinct from known.school_id, 'schoolSourcedId', null),
            -- columns of classes: if(target.{field} is distinct from known.{field}, '{header}', null),
            if(target.periods is distinct from known.periods, 'periods', null),
            if(target.location is distinct from known.location, 'location', null),
            if(target.class_code is distinct from known.class_code, 'classCode', null),
            if(target.class_type is distinct from known.class_type, 'classType', null),
            if(target.course_sourced_id is distinct from known.course_sourced_id, 'courseSourcedId', null),
            if(target.term_sourced_ids is distinct from known.term_sourced_ids, 'termSourcedIds', null)
            -- end of columns
        ], lambda name: name is not null)           as changed
    from day.sync.matched_classes as matched
    inner join day.target.classes as target using (sourced_id)
    left join known on matched.roster_id = known.roster_id
    where matched.sent
)

select
    sourced_id,
    roster_id,
    case
        when state is null then 'add'
        when state = 'archived' then 'restore'
        else 'update'
    end                                             as operation,
    if(state = 'active', changed, [])               as changed,
    false                                           as consequence,
    false                                           as withheld,
    title,
    grades,
    school_id,
    -- columns of classes: {field},
    periods,
    location,
    class_code,
    class_type,
    course_sourced_id,
    term_sourced_ids,
    -- end of columns
    line,
    origin_sha256
from compared
where state is distinct from 'active' or len(changed) > 0
union all by name
select
    sourced_id,
    roster_id,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    false                                           as consequence,
    false                                           as withheld
from day.sync.matched_classes
where not sent
