-- sync.users: the changes from the people of the roster to those of the target state, by who they are.
-- grain: roster_id
-- reads: target.roster.users, sync.matched_users, book.roster.users, book.roster.ids
insert into day.sync.users by name
with compared as (
    select
        matched.sourced_id,
        known.state                                 as state_before,
        known.record_type                           as type_before,
        target.*,
        list_filter([
            if(ids.sourced_id <> matched.sourced_id, 'sourcedId', null),
            if(target.role is distinct from known.role, 'role', null),
            if(target.school_ids is distinct from known.school_ids, 'orgSourcedIds', null),
            -- columns of users: if(target.{field} is distinct from known.{field}, '{header}', null),
            if(target.given_name is distinct from known.given_name, 'givenName', null),
            if(target.family_name is distinct from known.family_name, 'familyName', null),
            if(target.middle_name is distinct from known.middle_name, 'middleName', null),
            if(target.identifier is distinct from known.identifier, 'identifier', null),
            if(target.username is distinct from known.username, 'username', null),
            if(target.email is distinct from known.email, 'email', null),
            if(target.sms is distinct from known.sms, 'sms', null),
            if(target.phone is distinct from known.phone, 'phone', null),
            if(target.grades is distinct from known.grades, 'grades', null),
            if(target.language is distinct from known.language, 'language', null),
            if(target.enabled_user is distinct from known.enabled_user, 'enabledUser', null),
            -- end of columns
            if(target.rule is distinct from known.rule, 'rule', null)
        ], lambda name: name is not null)           as changed
    from target.roster.users as target
    inner join day.sync.matched_users as matched on target.roster_id = matched.roster_id
    left join book.roster.users as known on target.roster_id = known.roster_id and known.until_sync is null
    left join book.roster.ids as ids on target.roster_id = ids.roster_id and ids.until_sync is null
    where target.until_sync is null
)

select
    record_type,
    if(state_before = 'active' and type_before <> record_type, type_before, null) as former_type,
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
    role,
    school_ids,
    -- columns of users: {field},
    given_name,
    family_name,
    middle_name,
    identifier,
    username,
    email,
    sms,
    phone,
    grades,
    language,
    enabled_user,
    -- end of columns
    rule,
    file,
    line,
    delivery_sha256                                 as origin_sha256
from compared
where state = 'active' and (state_before is distinct from 'active' or len(changed) > 0)
union all by name
select
    type_before                                     as record_type,
    sourced_id,
    roster_id,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    false                                           as consequence,
    false                                           as withheld
from compared
where state = 'archived' and state_before = 'active'
