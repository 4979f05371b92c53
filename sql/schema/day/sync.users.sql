-- sync.users: the plan for people. Values are those to stand afterwards; null for an archive.
-- grain: record_type, sourced_id
create table if not exists day.sync.users (
    record_type     varchar not null,
    former_type     varchar,                -- of an update: the record type until tonight, where it was another
    sourced_id      varchar not null,
    roster_id       bigint not null,
    operation           varchar not null,       -- add, update, restore, archive, fill, keep or absent
    changed         varchar[] not null,     -- an update's changed columns, in the spelling of OneRoster
    consequence     boolean not null,       -- an archive that follows from another
    withheld        boolean not null,       -- stopped by the gate
    still_named     boolean,                -- an archive of what other rows of the delivery still name
    file                varchar,                -- of a guardian: users.csv, contacts.csv or guardians.csv
    line                bigint,
    origin_sha256       varchar,                -- of an undo or a replay: the delivery that the values come from
    rule            varchar,
    role            varchar,
    school_ids      varchar[],
    -- columns of users: {field} varchar,
    given_name varchar,
    family_name varchar,
    middle_name varchar,
    identifier varchar,
    username varchar,
    email varchar,
    sms varchar,
    phone varchar,
    grades varchar,
    language varchar,
    enabled_user varchar
    -- end of columns
);
