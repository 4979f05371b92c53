-- guardians.guardians: one row per contact and student, linked or not, with the reason.
-- grain: contact_id, student_id
create table if not exists day.guardians.guardians (
    contact_id      varchar not null,
    student_id      varchar not null,
    role            varchar,                -- parent, guardian or relative; null: not linked
    rule_position   integer,                -- the rule that decided, in the order of the settings
    reason          varchar not null,       -- the rule in words, or why there is no link
    relationship    varchar,                -- as sent
    legal_guardian  boolean,
    line            bigint not null
);
