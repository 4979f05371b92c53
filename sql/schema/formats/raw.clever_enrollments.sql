-- raw.clever_enrollments: enrollments.csv of Clever, as sent.
-- grain: line
create table if not exists day.raw.clever_enrollments (
    line                    bigint not null,
    school_sourced_id       varchar,
    class_sourced_id        varchar,
    user_sourced_id         varchar
);
