-- raw.students: students.csv of Clever, as sent.
-- grain: line
create table if not exists day.raw.students (
    line                    bigint not null,
    org_sourced_ids         varchar,
    sourced_id              varchar,
    identifier              varchar,
    given_name              varchar,
    middle_name             varchar,
    family_name             varchar,
    username                varchar,
    grades                  varchar,
    language                varchar,
    email                   varchar,
    contact_relationship    varchar,
    contact_type            varchar,
    contact_name            varchar,
    contact_phone           varchar,
    contact_phone_type      varchar,
    contact_email           varchar,
    contact_sis_id          varchar
);
