-- raw.roles: roles.csv of OneRoster 1.2, as sent.
-- grain: line
create table if not exists day.raw.roles (
    line                    bigint not null,
    sourced_id              varchar,
    status                  varchar,
    user_sourced_id         varchar,
    role_type               varchar,
    role                    varchar,
    begin_date              varchar,
    end_date                varchar,
    org_sourced_id          varchar
);
