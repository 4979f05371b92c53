-- sync.holds: archives that the gate stops, and why.
-- grain: record_type, code
create table if not exists day.sync.holds (
    record_type     varchar not null,
    code            varchar not null,       -- as in sql/sync/holds.sql
    archives        bigint not null,        -- how many the delivery would archive, consequences of others apart
    allowed         bigint not null,        -- how many the limit allows
    active          bigint not null         -- the base of the percentage
);
