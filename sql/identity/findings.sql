-- sync.findings: what the plan does with an id in spite of a doubt, and tells: an id that moved, and a wholly new name
-- under a known id. What is withheld has its hold.
-- grain: sourced_id
-- reads: sync.claims, sync.users
insert into day.sync.findings by name
select
    plan.file,
    plan.line,
    if(claims.cause = 'id_moved', 'sourcedId', 'givenName') as field,
    if(claims.cause = 'id_moved', 'id_moved', 'name_changed') as code,
    claims.sourced_id,
    claims.other_sourced_id                     as value
from day.sync.claims as claims
inner join day.sync.users as plan on claims.record_type = plan.record_type and claims.sourced_id = plan.sourced_id
where not claims.is_held and not plan.withheld and plan.operation in ('update', 'restore')
