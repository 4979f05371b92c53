-- sync.classes: the changes from the classes of the roster to those of the target state.
-- grain: roster_id
-- reads: target.roster.classes, sync.matched_classes, book.roster.classes, book.roster.ids
insert into day.sync.classes by name
with compared as (
    select
        matched.sourced_id,
        known.state                                 as state_before,
        target.*,
        list_filter([
            if(ids.sourced_id <> matched.sourced_id, 'sourcedId', null),
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
    from target.roster.classes as target
    inner join day.sync.matched_classes as matched on target.roster_id = matched.roster_id
    left join book.roster.classes as known on target.roster_id = known.roster_id and known.until_sync is null
    left join book.roster.ids as ids on target.roster_id = ids.roster_id and ids.until_sync is null
    where target.until_sync is null
)

select
    sourced_id,
    roster_id,
    case
        when state_before is null then 'add'
        when state_before = 'archived' then 'restore'
        else 'update'
    end                                             as operation,
    if(state_before = 'active', changed, [])        as changed,
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
    delivery_sha256                                 as origin_sha256
from compared
where state = 'active' and (state_before is distinct from 'active' or len(changed) > 0)
union all by name
select
    sourced_id,
    roster_id,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    false                                           as consequence,
    false                                           as withheld
from compared
where state = 'archived' and state_before = 'active'
