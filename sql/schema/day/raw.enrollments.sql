-- raw.enrollments: enrollments.csv as sent. Text; null: the column is not in the file; '': the cell is blank.
-- grain: line
create table if not exists day.raw.enrollments (
    line                bigint not null,    -- physical line of the file on which the row starts; the header is 1
    sourced_id          varchar,
    status              varchar,
    date_last_modified  varchar,
    class_sourced_id    varchar,
    school_sourced_id   varchar,
    user_sourced_id     varchar,
    role                varchar,
    is_primary          varchar,            -- the standard's column primary
    begin_date          varchar,
    end_date            varchar,
    class_role          varchar,            -- the role in the class where the standard has no word for it
    synthetic           varchar,            -- the columns in which the row says nothing
    sent_file           varchar,            -- of another format: where the row was made from
    sent_line           varchar
);
