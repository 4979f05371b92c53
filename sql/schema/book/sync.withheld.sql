-- sync.withheld: the withheld set that a hold's digest names; an approval is bound to it.
-- grain: hold_digest, record_type, operation, key
create table if not exists book.sync.withheld (
    hold_digest     varchar not null,
    record_type     varchar not null,
    operation       varchar not null,       -- add, update, archive or restore
    key             varchar not null,       -- the ids of the district: sourcedId, or those of an enrollment or link
    content         varchar not null        -- digest of the values that an update would have set; empty otherwise
);
