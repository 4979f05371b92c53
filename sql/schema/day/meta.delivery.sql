-- meta.delivery: the delivery that this day database was made from.
-- grain: one row; none where nothing was delivered
create table if not exists day.meta.delivery (
    sync_date       date not null,          -- the district's local date
    number          integer not null,       -- deliveries of one date are numbered from 1
    source          varchar not null,       -- sftp, upload or folder
    sha256          varchar not null,       -- of the whole set
    by_hand         boolean not null,       -- a person chose just these files
    fetched_at      timestamptz not null    -- UTC
);
