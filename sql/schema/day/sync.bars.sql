-- sync.bars: bars that tonight's files set, and those in force that end tonight.
-- grain: contact_id, student_id, kind, file
create table if not exists day.sync.bars (
    contact_id          varchar not null,
    student_id          varchar not null,
    contact_roster_id   bigint,
    student_roster_id   bigint,
    kind                varchar not null,   -- no_contact, custody or blocked
    file                varchar not null,
    change              varchar not null,   -- begins or ends
    decision            integer,            -- the number of the decision that blocked the two; null: files barred them
    given_name          varchar,            -- of the contact of a bar that begins: what it compares, kept with it
    family_name         varchar,
    email               varchar,
    sms                 varchar,
    student_given_name  varchar,
    student_family_name varchar,
    student_identifier  varchar
);
