-- raw.student_attributes: student_attributes.csv as sent. Text; null: the column is not in the file; '': the cell is
-- blank.
-- grain: line
create table if not exists day.raw.student_attributes (
    line                    bigint not null,    -- physical line of the file on which the row starts; the header is 1
    student_sourced_id      varchar,
    attribute               varchar,
    value                   varchar
);
