-- sync.guardian_links: the plan for links between guardians and students. Values as they are to stand afterwards.
-- grain: contact_roster_id, student_roster_id
create table if not exists day.sync.guardian_links (
    roster_id           bigint not null,
    contact_roster_id   bigint not null,
    student_roster_id   bigint not null,
    operation           varchar not null,       -- add, update, restore, archive, fill, keep or absent
    changed         varchar[] not null,     -- an update's changed columns, in the spelling of OneRoster
    consequence     boolean not null,       -- an archive that follows from another
    withheld        boolean not null,       -- stopped by the gate
    barred          boolean,                -- an archive that the gate never withholds: the pair is barred
    waits           boolean,                -- made, or given a stronger role, while a stronger source is absent
    file                varchar,                -- users.csv, contacts.csv or guardians.csv
    line                bigint,
    origin_sha256       varchar,                -- of an undo or a replay: the delivery that the values come from
    role                varchar,
    rule                varchar,
    relationship        varchar,
    legal_guardian      boolean
);
