-- sync.holds: what the gate stopped, and why.
-- grain: sync_number, record_type, code
create table if not exists book.sync.holds (
    sync_number     integer not null,
    record_type     varchar not null,
    code            varchar not null,       -- as in sql/sync/holds.sql
    archives        bigint not null,        -- how many the delivery would have archived
    allowed         bigint not null,        -- how many the limit allows
    active          bigint not null         -- the base of the percentage
);
