-- oneroster.users: the people of the delivery: students and staff of the schools that take part, and all contacts.
-- The identifier is the student or staff number.
-- grain: sourced_id, by_number
create table if not exists day.oneroster.users (
    -- users.csv; of a contact who stands there alone, contacts.csv or guardians.csv
    file            varchar not null,
    line            bigint not null,        -- the first row of this person
    sourced_id      varchar not null,
    by_number       boolean not null default false, -- a student who is known by the number: an id of its own kind
    sent_id         varchar,                -- of a student who is known by the number: the sourcedId of the files
    record_kind     varchar not null,       -- student, staff or contact
    role            varchar,                -- as sent; null where it is worked out from the relationship
    school_ids      varchar[] not null,     -- sorted; empty for contacts
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
