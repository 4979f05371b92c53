-- oneroster.known: the people and classes of the roster that a file of changes does not name. They stay as they are;
-- other rows may name them.
-- grain: file, sourced_id
create table if not exists day.oneroster.known (
    file            varchar not null,       -- users.csv or classes.csv, whichever has only changes
    sourced_id      varchar not null,
    by_number       boolean not null default false, -- the id is a student number (sync.student_id: identifier)
    record_kind     varchar,                -- of people: student, staff or contact
    role            varchar                 -- of contacts, as in the roster
);
