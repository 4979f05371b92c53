-- raw.users_without_roles: users.csv of OneRoster 1.2, as sent.
-- grain: line
create table if not exists day.raw.users_without_roles (
    line                    bigint not null,
    sourced_id              varchar,
    status                  varchar,
    date_last_modified      varchar,
    enabled_user            varchar,
    username                varchar,
    user_ids                varchar,
    given_name              varchar,
    family_name             varchar,
    middle_name             varchar,
    identifier              varchar,
    email                   varchar,
    sms                     varchar,
    phone                   varchar,
    agent_sourced_ids       varchar,
    grades                  varchar,
    language                varchar,
    relationship            varchar,
    legal_guardian          varchar,
    synthetic               varchar,
    sent_file               varchar,
    sent_line               varchar,
    primary_org_sourced_id  varchar
);
