-- roster.guardian_links: every version of every link between a guardian and a student.
-- grain: roster_id, since_sync; current: contact_roster_id, student_roster_id
create table if not exists book.roster.guardian_links (
    roster_id           bigint not null,
    contact_roster_id   bigint not null,
    student_roster_id   bigint not null,
    role                varchar not null,   -- parent, guardian or relative, towards this student
    rule                varchar not null,   -- the rule that gave the role
    relationship        varchar,            -- as sent
    legal_guardian      boolean,
    state               varchar not null,   -- active or archived
    since_sync          integer not null,
    until_sync          integer,            -- null: current
    delivery_sha256     varchar,
    line                bigint,             -- of the file
    file                varchar             -- users.csv, contacts.csv or guardians.csv; null: an archive
);
