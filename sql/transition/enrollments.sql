-- sync.enrollments: the changes from the current enrollments to those of the target state.
-- grain: class_roster_id, user_roster_id, role
-- reads: target.enrollments, sync.matched_users, sync.matched_classes, sync.users, sync.classes,
--     book.roster.enrollments
insert into day.sync.enrollments by name
with known as (
    select *
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $baseline)
),

wanted as (
    select
        classes.roster_id                           as class_roster_id,
        users.roster_id                           as user_roster_id,
        target.role,
        target.* exclude (roster_id, role)
    from day.target.enrollments as target
    inner join day.sync.matched_classes as classes
        on target.class_sourced_id = classes.sourced_id
    inner join day.sync.matched_users as users
        on target.user_sourced_id = users.sourced_id and users.record_type <> 'guardians' and users.sent
),

compared as (
    select
        coalesce(
            known.roster_id,
            (select coalesce(max(roster_id), 0) from book.roster.enrollments)
            + row_number() over (
                partition by known.roster_id is null
                order by wanted.class_roster_id, wanted.user_roster_id, wanted.role
            )
        )                                           as roster_id,
        known.state,
        wanted.*,
        list_filter([
            if(wanted.sourced_id is distinct from known.sourced_id, 'sourcedId', null),
            if(wanted.is_primary is distinct from known.is_primary, 'primary', null),
            if(wanted.begin_date is distinct from known.begin_date, 'beginDate', null),
            if(wanted.end_date is distinct from known.end_date, 'endDate', null)
        ], lambda name: name is not null)           as changed
    from wanted
    left join known using (class_roster_id, user_roster_id, role)
)

select
    roster_id,
    class_roster_id,
    user_roster_id,
    role,
    case
        when state is null then 'add'
        when state = 'archived' then 'restore'
        else 'update'
    end                                             as operation,
    if(state = 'active', changed, [])               as changed,
    false                                           as consequence,
    false                                           as withheld,
    sourced_id,
    is_primary,
    begin_date,
    end_date,
    line,
    origin_sha256
from compared
where state is distinct from 'active' or len(changed) > 0
union all by name
select
    known.roster_id,
    known.class_roster_id,
    known.user_roster_id,
    known.role,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    known.user_roster_id in (select roster_id from day.sync.users where operation = 'archive')
    or known.class_roster_id in (select roster_id from day.sync.classes where operation = 'archive') as consequence,
    false                                           as withheld
from known
anti join wanted using (class_roster_id, user_roster_id, role)
where known.state = 'active'
