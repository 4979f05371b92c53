-- transition.bars_in_force: the bars that an undo, a replay or a block must heed, with what each compares.
-- grain: none; a bar may be known by several names
create table if not exists day.transition.bars_in_force (
    contact_id          varchar not null,       -- the ids of the district when it was set
    student_id          varchar not null,
    contact_roster_id   bigint,                 -- null: not in the roster
    student_roster_id   bigint,
    reason              varchar not null,       -- the bar in words
    decisions           integer not null,       -- how many decisions had been recorded when it was set
    given_name          varchar,                -- of the contact
    family_name         varchar,
    email               varchar,
    sms                 varchar,
    student_given_name  varchar,
    student_family_name varchar,
    student_identifier  varchar
);
