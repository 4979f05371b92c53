-- sync.withheld: the changes that a cause stops by itself, by its digest; an approval is bound to them.
-- grain: hold_digest, record_type, operation, key
create table if not exists book.sync.withheld (
    hold_digest     varchar not null,       -- of sync.causes
    record_type     varchar not null,
    operation       varchar not null,       -- add, update, archive or restore
    key             varchar not null,       -- the ids of the district: sourcedId, or those of an enrollment or link
    content         varchar not null,       -- digest of the values that an update would have set; empty otherwise
    origin          varchar                 -- of sync.causes; null: of every cause, as sets were kept before version 5
);
