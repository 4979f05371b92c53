-- sync.holds: changes that the gate stops, and why.
-- grain: record_type, code, school_id, grade, field
create table if not exists day.sync.holds (
    record_type     varchar not null,
    code            varchar not null,       -- as in sql/gate/
    operation       varchar,                -- add, update or archive; null: all
    school_id       varchar,                -- only this school's
    grade           varchar,                -- only this grade's
    field           varchar,                -- only updates of this column, in the spelling of OneRoster
    changes         bigint not null,        -- how many changes the delivery would make, consequences of others apart
    allowed         bigint not null,        -- how many the limit allows
    base            bigint not null         -- what the percentage is of
);
