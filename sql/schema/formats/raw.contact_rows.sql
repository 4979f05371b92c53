-- raw.contact_rows: each contact in a row of students.csv that the settings choose, with the id that it is known by.
-- grain: line
create table if not exists day.raw.contact_rows (
    line                    bigint not null,
    contact_id              varchar not null,
    student_id              varchar not null,
    relationship            varchar,
    role                    varchar,            -- parent, guardian or relative
    given_name              varchar,
    family_name             varchar,
    email                   varchar,
    number                  varchar,
    is_mobile               boolean not null
);
