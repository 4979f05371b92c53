-- sync.holds: ids that may mean another person than they did. What is held is the id, not the record type: only
-- sync.held_ids waits.
--     identity_changed  the id seems to have been given to another person
--     id_exchanged      name and number, e-mail or mobile are those of another active record
--     column_slipped    a column's values are those of other records; one hold for each column and school
--     id_moved          newcomers who seem to be people whose ids have gone
-- grain: origin
-- reads: sync.held_ids, sync.claims, sync.matched_users
insert into day.sync.holds by name
with sizes as (
    select record_type, count(*) as base
    from day.sync.matched_users
    where state = 'active'
    group by record_type
)

select
    claims.record_type,
    claims.cause                                as code,
    if(claims.cause = 'id_moved', 'add', 'update') as operation,
    claims.school_id,
    claims.field,
    held.origin,
    count(*)                                    as changes,
    0                                           as allowed,
    coalesce(any_value(sizes.base), 0)          as base
from day.sync.claims as claims
inner join day.sync.held_ids as held
    on
        claims.record_type = held.record_type
        and claims.roster_id = held.roster_id
        and claims.cause = held.cause
left join sizes on claims.record_type = sizes.record_type
group by claims.record_type, claims.cause, claims.school_id, claims.field, held.origin
