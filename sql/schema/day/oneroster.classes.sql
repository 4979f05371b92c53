-- oneroster.classes: the classes of the schools that take part.
-- grain: sourced_id
create table if not exists day.oneroster.classes (
    line                bigint not null,
    sourced_id          varchar not null,
    title               varchar not null,
    grades              varchar,
    school_id           varchar not null,
    -- columns of classes: {field} varchar,
    periods varchar,
    location varchar,
    class_code varchar,
    class_type varchar,
    course_sourced_id varchar,
    term_sourced_ids varchar
    -- end of columns
);
