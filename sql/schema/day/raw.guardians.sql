-- raw.guardians: guardians.csv as sent. Text; null: the column is not in the file; '': the cell is blank.
-- grain: line
create table if not exists day.raw.guardians (
    line                    bigint not null,    -- physical line of the file on which the row starts; the header is 1
    guardian_sourced_id     varchar,
    student_sourced_id      varchar,
    role                    varchar,
    relationship            varchar,
    legal_guardian          varchar,
    no_contact              varchar,
    given_name              varchar,
    family_name             varchar,
    email                   varchar,
    sms                     varchar,
    phone                   varchar,
    language                varchar
);
