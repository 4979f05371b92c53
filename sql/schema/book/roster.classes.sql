-- roster.classes: every version of every class.
-- grain: roster_id, since_sync
create table if not exists book.roster.classes (
    roster_id           bigint not null,
    title               varchar not null,
    grades              varchar,
    school_id           varchar not null,
    periods             varchar,
    location            varchar,
    class_code          varchar,
    class_type          varchar,
    course_sourced_id   varchar,
    term_sourced_ids    varchar,
    state               varchar not null,   -- active or archived
    since_sync          integer not null,
    until_sync          integer,            -- null: current
    delivery_sha256     varchar,
    line                bigint              -- of classes.csv
);
