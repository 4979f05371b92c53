-- sync.withheld: the changes that wait, for each cause: those that it stops by itself and those that follow.
-- grain: origin, record_type, roster_id
create table if not exists day.sync.withheld (
    origin          varchar not null,       -- of sync.causes
    record_type     varchar not null,
    roster_id       bigint not null
);
