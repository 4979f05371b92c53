-- guardians.barred: what a bar compares: the contact, and the student, of each pair that is barred, as they stand in
-- tonight's files, in all states of the roster and in the bar itself. A bar is about two people, not about two ids.
-- grain: none; a pair may have several names and addresses
create table if not exists day.guardians.barred (
    contact_id          varchar not null,
    student_id          varchar not null,
    decisions           integer,            -- how many decisions had been recorded when it was set; null: it is new
    given_name          varchar,            -- of the contact
    family_name         varchar,
    email               varchar,
    sms                 varchar,
    student_given_name  varchar,
    student_family_name varchar,
    student_identifier  varchar
);
