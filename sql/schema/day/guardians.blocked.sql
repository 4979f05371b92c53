-- guardians.blocked: the pairs that a person has decided are never to be linked (`rollcall block`); of an undo or a
-- replay, those that the newest files bar as well.
-- grain: contact_id, student_id
create table if not exists day.guardians.blocked (
    contact_id      varchar not null,
    student_id      varchar not null,
    reason          varchar not null        -- the bar in words
);
