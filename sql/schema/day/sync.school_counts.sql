-- sync.school_counts: what the plan does, per school and record type. Who belongs to two schools counts in both;
-- guardians and their links belong to the schools of their students, an enrollment to that of its class.
-- grain: school_id, record_type
create table if not exists day.sync.school_counts (
    school_id           varchar not null,
    record_type         varchar not null,
    added               bigint not null,
    updated             bigint not null,
    restored            bigint not null,
    archived            bigint not null,
    withheld            bigint not null,
    active_before       bigint not null
);
