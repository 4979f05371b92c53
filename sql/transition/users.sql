-- sync.users: the changes from the current people to those of the target state.
-- grain: record_type, sourced_id
-- reads: target.users, sync.matched_users, book.roster.users
insert into day.sync.users by name
with known as (
    select *
    from book.roster.users
    where in_force(since_sync, until_sync, $baseline)
),

compared as (
    select
        matched.roster_id,
        matched.state,
        target.* exclude (roster_id),
        list_filter([
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
    from day.sync.matched_users as matched
    inner join day.target.users as target using (record_type, sourced_id)
    left join known on matched.roster_id = known.roster_id
    where matched.sent
)

select
    record_type,
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
    origin_sha256
from compared
where state is distinct from 'active' or len(changed) > 0
union all by name
select
    record_type,
    sourced_id,
    roster_id,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    false                                           as consequence,
    false                                           as withheld
from day.sync.matched_users
where not sent
