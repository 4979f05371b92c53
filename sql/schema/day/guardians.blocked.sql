-- guardians.blocked: the pairs that are not to be linked, whatever tonight's files say: blocked by a person (`rollcall
-- block`), or barred by earlier files (roster.bars).
-- grain: contact_id, student_id
create table if not exists day.guardians.blocked (
    contact_id      varchar not null,
    student_id      varchar not null,
    kind            varchar not null,       -- blocked, no_contact or custody
    reason          varchar not null,       -- the bar in words
    decision        integer                 -- the number of the decision that blocked the two; null: files barred them
);
