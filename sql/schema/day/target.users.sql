-- target.users: the people of the roster that an undo or a replay moves to.
-- grain: record_type, sourced_id
create table if not exists day.target.users (
    roster_id           bigint,                 -- null until it is matched with the roster
    record_type         varchar not null,
    sourced_id          varchar not null,
    role                varchar,
    school_ids          varchar[],
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
    rule                varchar,
    record_support      utinyint,               -- of a guardian, as in roster.guardian_support
    email_support       utinyint,
    sms_support         utinyint,
    phone_support       utinyint,
    language_support    utinyint,
    file                varchar,                -- null: users.csv
    line                bigint,                 -- of its file
    origin_sha256       varchar                 -- the delivery that the values come from
);
