-- guardians.lifted: the pairs whose bar a person has ended, or of whom a person has said that they are not the people
-- of a bar (`rollcall unblock`). It counts for bars that were set before the decision.
-- grain: contact_id, student_id
create table if not exists day.guardians.lifted (
    contact_id      varchar not null,
    student_id      varchar not null,
    decision        integer not null        -- the number of the last such decision
);
