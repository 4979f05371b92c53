-- guardians.same_persons: ids that probably mean one person, as a proposal: nobody is joined.
-- grain: first_id, second_id
create table if not exists day.guardians.same_persons (
    first_id        varchar not null,       -- of several ids of one person the first by its letters stands here
    second_id       varchar not null,
    evidence        varchar not null,       -- e-mail and name, e-mail, or mobile number and name
    has_staff       boolean not null        -- one of the two is a staff member
);
