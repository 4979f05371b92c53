-- oneroster.student_attributes: the rows of student_attributes.csv with their verdict, for those who send that file.
-- grain: line
create table if not exists day.oneroster.student_attributes (
    line                    bigint not null,
    student_id              varchar,
    attribute               varchar,
    value                   varchar,
    verdict                 varchar not null,   -- accepted, rejected or excluded
    reason                  varchar             -- the code that decided, where not accepted
);
