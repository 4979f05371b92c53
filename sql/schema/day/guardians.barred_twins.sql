-- guardians.barred_twins: links whose contact seems to be a person who is barred from the student, under another id; or
-- whose student seems to be a child from whom the contact is barred.
-- grain: contact_id, student_id
create table if not exists day.guardians.barred_twins (
    contact_id          varchar not null,
    student_id          varchar not null,
    barred_contact_id   varchar not null,
    barred_student_id   varchar not null,
    is_withheld         boolean not null,   -- the names are near; false: only an address or a number is shared
    is_linked           boolean not null default false -- in the roster
);
