-- sync.enrollments: the changes from the enrollments of the roster to those of the target state.
-- grain: roster_id
-- reads: target.roster.enrollments, sync.users, sync.classes, book.roster.enrollments
insert into day.sync.enrollments by name
with compared as (
    select
        known.state                                 as state_before,
        target.*,
        list_filter([
            if(target.sourced_id is distinct from known.sourced_id, 'sourcedId', null),
            if(target.is_primary is distinct from known.is_primary, 'primary', null),
            if(target.begin_date is distinct from known.begin_date, 'beginDate', null),
            if(target.end_date is distinct from known.end_date, 'endDate', null)
        ], lambda name: name is not null)           as changed
    from target.roster.enrollments as target
    left join book.roster.enrollments as known on target.roster_id = known.roster_id and known.until_sync is null
    where target.until_sync is null
)

select
    roster_id,
    class_roster_id,
    user_roster_id,
    role,
    case
        when state_before is null then 'add'
        when state_before = 'archived' then 'restore'
        else 'update'
    end                                             as operation,
    if(state_before = 'active', changed, [])        as changed,
    false                                           as consequence,
    false                                           as withheld,
    sourced_id,
    is_primary,
    begin_date,
    end_date,
    line,
    delivery_sha256                                 as origin_sha256
from compared
where state = 'active' and (state_before is distinct from 'active' or len(changed) > 0)
union all by name
select
    roster_id,
    class_roster_id,
    user_roster_id,
    role,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    user_roster_id in (select roster_id from day.sync.users where operation = 'archive')
    or class_roster_id in (select roster_id from day.sync.classes where operation = 'archive') as consequence,
    false                                           as withheld
from compared
where state = 'archived' and state_before = 'active'
