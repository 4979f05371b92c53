-- guardians.pairs: every pair of contact and student that the delivery names, with what it says of the two.
-- grain: contact_id, student_id, relationship, legal_guardian, role_sent
create table if not exists day.guardians.pairs (
    contact_id      varchar not null,
    student_id      varchar not null,
    line            bigint not null,        -- the contact's row, or the student's where only that names the pair
    relationship    varchar,
    legal_guardian  boolean,
    role_sent       varchar
);
