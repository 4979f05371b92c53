-- sync.holds: most students would go, and come as newcomers with the same student number, or with a number for an id:
-- their ids were given anew, or the setting student_id has changed. Then no student goes or comes.
-- grain: operation
-- reads: sync.matched_users, oneroster.users, book.roster.users
insert into day.sync.holds by name
with gone as (
    select
        matched.roster_id,
        lower(matched.sourced_id)               as id,
        lower(users.identifier)                 as number
    from day.sync.matched_users as matched
    inner join book.roster.users as users
        on matched.roster_id = users.roster_id and in_force(users.since_sync, users.until_sync, $baseline)
    where matched.record_type = 'students' and matched.state = 'active' and not matched.sent
),

come as (
    select
        lower(matched.sourced_id)               as id,
        lower(sent.identifier)                  as number
    from day.sync.matched_users as matched
    inner join day.oneroster.users as sent
        on matched.sourced_id = sent.sourced_id and sent.record_kind = 'student'
    where matched.record_type = 'students' and matched.state is null and matched.sent
),

again as (
    select gone.roster_id from gone inner join come on gone.number = come.number
    union
    select gone.roster_id from gone inner join come on gone.number = come.id
    union
    select gone.roster_id from gone inner join come on gone.id = come.number
),

sizes as (
    select
        (select count(*) from again)            as renumbered,
        count(*)                                as base
    from day.sync.matched_users
    where record_type = 'students' and state = 'active'
)

select
    'students'                                  as record_type,
    'ids_renumbered'                            as code,
    unnest(['add', 'archive'])                  as operation,
    'renumbered students'                       as origin,
    renumbered                                  as changes,
    0                                           as allowed,
    base
from sizes
where renumbered >= 3 and renumbered > base / 2
