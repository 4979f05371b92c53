-- sync.limits: the limits in force on the sync date, from the district's settings and their windows.
-- grain: record_type, measure
create table if not exists day.sync.limits (
    record_type     varchar not null,
    measure         varchar not null,       -- archive, archive_per_school, update, column or add
    percent         double not null,
    at_least        bigint not null
);
