-- sync.bars: bars that tonight's files set, and those in force that end tonight.
-- grain: contact_id, student_id, kind, file
create table if not exists day.sync.bars (
    contact_id          varchar not null,
    student_id          varchar not null,
    contact_roster_id   bigint,
    student_roster_id   bigint,
    kind                varchar not null,   -- no_contact or custody
    file                varchar not null,
    change              varchar not null    -- begins or ends
);
