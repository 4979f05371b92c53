-- sync.classes: the plan for classes. Values are those to stand afterwards; null for an archive.
-- grain: sourced_id
create table if not exists day.sync.classes (
    sourced_id          varchar not null,
    roster_id           bigint not null,
    operation           varchar not null,       -- add, update, restore, archive, fill, keep or absent
    changed         varchar[] not null,     -- an update's changed columns, in the spelling of OneRoster
    consequence     boolean not null,       -- an archive that follows from another
    withheld        boolean not null,       -- stopped by the gate
    still_named     boolean,                -- an archive of what other rows of the delivery still name
    line                bigint,
    origin_sha256       varchar,                -- of an undo or a replay: the delivery that the values come from
    title               varchar,
    grades              varchar,
    school_id           varchar,
    -- columns of classes: {field} varchar,
    periods varchar,
    location varchar,
    class_code varchar,
    class_type varchar,
    course_sourced_id varchar,
    term_sourced_ids varchar
    -- end of columns
);
