-- target.classes: the classes that stand in the roster that an undo or a replay leads to.
-- grain: sourced_id
create table if not exists day.target.classes (
    roster_id           bigint,                 -- null until it is matched with the roster
    sourced_id          varchar not null,
    title               varchar,
    grades              varchar,
    school_id           varchar,
    -- columns of classes: {field} varchar,
    periods varchar,
    location varchar,
    class_code varchar,
    class_type varchar,
    course_sourced_id varchar,
    term_sourced_ids varchar,
    -- end of columns
    line                bigint,                 -- of its file
    origin_sha256       varchar                 -- the delivery that the values come from
);
