-- users.csv from a OneRoster 1.2 set: its people with the role and the schools of roles.csv. Somebody of whom roles.csv
-- says nothing has no role, so that the row is an error and keeps what is known.
-- grain: line of users.csv as sent
-- reads: raw.users_without_roles, raw.roles_in_force, raw.user_profiles
with logins as (
    select
        trim(user_sourced_id)                   as user_id,
        min(trim(username))                     as username
    from day.raw.user_profiles
    where trim(username) <> '' and coalesce(lower(trim(status)), '') <> 'tobedeleted'
    group by all
    having count(distinct trim(username)) = 1
)

select
    users.sourced_id                            as "sourcedId",
    users.status,
    users.date_last_modified                    as "dateLastModified",
    users.enabled_user                          as "enabledUser",
    coalesce(roles.org_ids, nullif(trim(users.primary_org_sourced_id), '')) as "orgSourcedIds",
    roles.role,
    coalesce(nullif(trim(users.username), ''), logins.username) as username,
    users.user_ids                              as "userIds",
    users.given_name                            as "givenName",
    users.family_name                           as "familyName",
    users.middle_name                           as "middleName",
    users.identifier,
    users.email,
    users.sms,
    users.phone,
    users.agent_sourced_ids                     as "agentSourcedIds",
    users.grades,
    users.language,
    users.relationship,
    users.legal_guardian                        as "legalGuardian",
    roles.contact_role                          as "contactRole",
    users.synthetic,
    'users.csv'                                 as "sentFile",
    users.line                                  as "sentLine"
from day.raw.users_without_roles as users
left join day.raw.roles_in_force as roles on trim(users.sourced_id) = roles.user_id
left join logins on trim(users.sourced_id) = logins.user_id
order by users.line
