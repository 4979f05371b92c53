-- sync.limits: the archive limits in force, from the district's settings.
-- grain: record_type
create table if not exists day.sync.limits (
    record_type     varchar not null,
    position        integer not null,       -- the order of every report
    percent         double not null,
    at_least        bigint not null
);
