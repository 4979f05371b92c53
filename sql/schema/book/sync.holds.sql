-- sync.holds: what the gate judged to be too much, and of which cause each is a part.
-- grain: sync_number, record_type, code, operation, school_id, grade, field, file
create table if not exists book.sync.holds (
    sync_number     integer not null,
    record_type     varchar not null,
    code            varchar not null,       -- as in sql/gate/
    operation       varchar,                -- add, update or archive; null: all
    school_id       varchar,                -- only this school's
    grade           varchar,                -- only this grade's
    field           varchar,                -- only updates of this column
    changes         bigint not null,        -- how many changes the delivery would have made
    allowed         bigint not null,        -- how many the limit allows
    base            bigint not null,        -- what the percentage is of
    file            varchar,                -- the file that the changes rest on
    origin          varchar                 -- of sync.causes
);
