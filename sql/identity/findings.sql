-- sync.findings: ids in doubt, one by one:
--     id_moved, name_changed              applied in spite of it, and told
--     id_exchanged, identity_changed      withheld, with the id whose person it seems to be
--     newcomer_known                      the newcomer of an id_moved that waits
-- A column that slipped, and a type in which nearly everybody is renamed, have their hold alone.
-- grain: sourced_id, code
-- reads: sync.claims, sync.users, sync.held_ids
insert into day.sync.findings by name
select
    plan.file,
    plan.line,
    if(claims.cause = 'id_moved', 'sourcedId', 'givenName') as field,
    case
        when claims.cause = 'id_moved' then if(claims.is_held, 'newcomer_known', 'id_moved')
        when not claims.is_held then 'name_changed'
        else claims.cause
    end                                         as code,
    claims.sourced_id,
    claims.other_sourced_id                     as value
from day.sync.claims as claims
inner join day.sync.users as plan
    on
        claims.record_type = plan.record_type
        and claims.sourced_id = plan.sourced_id
        and plan.operation in ('add', 'update', 'restore')
left join day.sync.held_ids as held
    on
        claims.record_type = held.record_type
        and claims.roster_id = held.roster_id
        and claims.cause = held.cause
where
    claims.cause <> 'column_slipped'
    and claims.given_name is not null
    and if(claims.is_held, held.cause is not null, not plan.withheld)
