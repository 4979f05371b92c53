-- oneroster.user_rows: each row of users.csv, trimmed and split, before it is judged.
-- grain: line
create table if not exists day.oneroster.user_rows (
    line            bigint not null,
    sourced_id      varchar,
    by_number       boolean not null default false, -- a student who is known by the number: an id of its own kind
    sent_id         varchar,                -- of a student who is known by the number: the sourcedId of the files
    record_kind     varchar,                -- student, staff or contact; null: no role that we know
    role            varchar,                -- in small letters; null where it is worked out from the relationship
    school_ids      varchar[] not null,     -- those of the row that take part, sorted
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
    enabled_user varchar,
    -- end of columns
    agent_ids       varchar[] not null,
    relationship    varchar,
    legal_guardian  boolean,
    contact_role    varchar,                -- the role of a staff member as a contact: parent, guardian or relative
    turn            bigint,                 -- of several rows of one person that differ: the order in which they count
    verdict         varchar,                -- accepted, rejected or excluded
    reason          varchar                 -- the code that decided, where not accepted
);
