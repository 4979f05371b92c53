-- sync.holds: archives that the gate stops, and why.
-- grain: record_type, code
create table if not exists day.sync.holds (
    record_type     varchar not null,
    code            varchar not null,       -- archive_limit, all_vanished, file_cut_off or key_unreadable
    archives        bigint not null,        -- how many the delivery would archive, consequences of others apart
    allowed         bigint not null,        -- how many the limit allows
    active          bigint not null         -- the base of the percentage
);
