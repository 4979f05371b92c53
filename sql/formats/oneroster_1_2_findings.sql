-- raw.findings of a OneRoster 1.2 set: roles of people who are not in users.csv.
-- grain: line
-- reads: raw.roles, raw.users_without_roles, raw.unreadable
insert into day.raw.findings by name
select
    'roles.csv'                                 as file,
    roles.line,
    'userSourcedId'                             as field,
    'role_user_unknown'                         as code,
    trim(roles.user_sourced_id)                 as sourced_id,
    trim(roles.user_sourced_id)                 as value
from day.raw.roles as roles
where
    trim(roles.user_sourced_id) <> ''
    and trim(roles.user_sourced_id) not in (
        select trim(users.sourced_id) from day.raw.users_without_roles as users where users.sourced_id is not null
    )
    -- of a row that cannot be read nobody knows whose it is
    and not exists (select 1 from day.raw.unreadable where file = 'users.csv')
