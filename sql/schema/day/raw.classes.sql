-- raw.classes: classes.csv as sent. Text; null: the column is not in the file; '': the cell is blank.
-- grain: line
create table if not exists day.raw.classes (
    line                bigint not null,    -- physical line of the file on which the row starts; the header is 1
    -- columns of classes.csv: {field} varchar,
    sourced_id varchar,
    status varchar,
    date_last_modified varchar,
    title varchar,
    grades varchar,
    course_sourced_id varchar,
    class_code varchar,
    class_type varchar,
    location varchar,
    school_sourced_id varchar,
    term_sourced_ids varchar,
    subjects varchar,
    subject_codes varchar,
    periods varchar,
    synthetic varchar,
    sent_file varchar,
    sent_line varchar
    -- end of columns
);
