-- oneroster.student_numbers: the number of each student, where the district's students are known by it.
-- grain: sourced_id
create table if not exists day.oneroster.student_numbers (
    sourced_id      varchar not null,       -- as in the files
    number          varchar not null        -- identifier: the student's id in all later tables
);
