-- roster.users: every version of every student, staff member and guardian.
-- grain: roster_id, since_sync
create table if not exists book.roster.users (
    roster_id       bigint not null,
    record_type     varchar not null,       -- students, staff or guardians
    role            varchar not null,
    school_ids      varchar[] not null,     -- sorted; empty for guardians: theirs are their students'
    given_name      varchar,
    family_name     varchar,
    middle_name     varchar,
    identifier      varchar,
    username        varchar,
    email           varchar,
    sms             varchar,
    phone           varchar,
    grades          varchar,
    language        varchar,
    enabled_user    varchar,                -- true or false, as sent
    state           varchar not null,       -- active or archived
    since_sync      integer not null,
    until_sync      integer,                -- null: current
    delivery_sha256 varchar,                -- where this version comes from
    line            bigint,                 -- of the file; null: an archive, which comes from absence
    rule            varchar,                -- the guardian rule that gave the role
    file            varchar                 -- users.csv, contacts.csv or guardians.csv; null: an archive
);
