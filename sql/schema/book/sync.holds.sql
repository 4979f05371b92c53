-- sync.holds: what the gate stopped, and why.
-- grain: sync_number, record_type, code, school_id, grade, field
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
    base            bigint not null         -- what the percentage is of
);
