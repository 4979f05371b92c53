-- sync.limits: the limits in force on the sync date, from the district's settings and their windows.
-- grain: record_type, measure
create table if not exists day.sync.limits (
    record_type     varchar not null,
    measure         varchar not null,       -- archive, update, column or add; the first three also _per_school
    percent         double not null,
    at_least        bigint not null
);
