-- raw.sections: sections.csv of Clever, as sent.
-- grain: line
create table if not exists day.raw.sections (
    line                    bigint not null,
    school_sourced_id       varchar,
    sourced_id              varchar,
    teacher_id              varchar,
    teacher_2_id            varchar,
    teacher_3_id            varchar,
    teacher_4_id            varchar,
    teacher_5_id            varchar,
    teacher_6_id            varchar,
    teacher_7_id            varchar,
    teacher_8_id            varchar,
    teacher_9_id            varchar,
    teacher_10_id           varchar,
    title                   varchar,
    class_code              varchar,
    grades                  varchar,
    course_name             varchar,
    periods                 varchar
);
