-- sync.record_types: the record types, in the order of every report.
-- grain: record_type
create table if not exists day.sync.record_types (
    record_type     varchar not null,
    position        integer not null
);
