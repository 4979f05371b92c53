-- sync.guardian_links: the changes from the guardian links of the roster to those of the target state.
-- grain: roster_id
-- reads: target.roster.guardian_links, transition.barred, sync.users, book.roster.guardian_links
insert into day.sync.guardian_links by name
with compared as (
    select
        known.state                                 as state_before,
        target.*,
        list_filter([
            if(target.role is distinct from known.role, 'role', null),
            if(target.rule is distinct from known.rule, 'rule', null),
            if(target.relationship is distinct from known.relationship, 'relationship', null),
            if(target.legal_guardian is distinct from known.legal_guardian, 'legalGuardian', null)
        ], lambda name: name is not null)           as changed
    from target.roster.guardian_links as target
    left join book.roster.guardian_links as known on target.roster_id = known.roster_id and known.until_sync is null
    where target.until_sync is null
)

select
    roster_id,
    contact_roster_id,
    student_roster_id,
    case
        when state_before is null then 'add'
        when state_before = 'archived' then 'restore'
        else 'update'
    end                                             as operation,
    if(state_before = 'active', changed, [])        as changed,
    false                                           as consequence,
    false                                           as withheld,
    role,
    rule,
    relationship,
    legal_guardian,
    file,
    line,
    delivery_sha256                                 as origin_sha256
from compared
where state = 'active' and (state_before is distinct from 'active' or len(changed) > 0)
union all by name
select
    compared.roster_id,
    compared.contact_roster_id,
    compared.student_roster_id,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    barred.reason is null
    and (
        compared.contact_roster_id in (select roster_id from day.sync.users where operation = 'archive')
        or compared.student_roster_id in (select roster_id from day.sync.users where operation = 'archive')
    )                                               as consequence,
    false                                           as withheld,
    barred.reason is not null                       as barred,
    barred.reason                                   as rule
from compared
left join day.transition.barred as barred using (contact_roster_id, student_roster_id)
where compared.state = 'archived' and compared.state_before = 'active'
