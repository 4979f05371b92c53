-- raw.staff: staff.csv of Clever, as sent.
-- grain: line
create table if not exists day.raw.staff (
    line                    bigint not null,
    org_sourced_ids         varchar,
    sourced_id              varchar,
    given_name              varchar,
    middle_name             varchar,
    family_name             varchar,
    username                varchar,
    email                   varchar
);
