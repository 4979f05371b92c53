-- sync.school_sizes: the active records of each school in the baseline.
-- grain: record_type, school_id
create table if not exists day.sync.school_sizes (
    record_type     varchar not null,
    school_id       varchar not null,
    active          bigint not null
);
