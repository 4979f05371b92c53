-- sync.departures: the students and staff who are no longer told to be that: archived, or absent until
-- sync.archive_after_days has passed. Who is told to be something else tonight, or stays a guardian, changes type.
-- grain: roster_id
create table if not exists day.sync.departures (
    record_type     varchar not null,       -- students or staff
    roster_id       bigint not null,
    sourced_id      varchar not null,
    operation       varchar not null        -- archive or absent
);
