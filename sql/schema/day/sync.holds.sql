-- sync.holds: what the gate judged to be too much, and of which cause each is a part.
-- grain: record_type, code, operation, school_id, grade, field, file
create table if not exists day.sync.holds (
    record_type     varchar not null,
    code            varchar not null,       -- as in sql/gate/
    operation       varchar,                -- add, update or archive; null: all
    school_id       varchar,                -- only this school's
    grade           varchar,                -- only this grade's
    field           varchar,                -- only updates of this column, in the spelling of OneRoster
    file            varchar,                -- the file that the changes rest on
    changes         bigint not null,        -- how many changes the delivery would make, consequences of others apart
    allowed         bigint not null,        -- how many the limit allows
    base            bigint not null,        -- what the percentage is of
    origin          varchar                 -- the cause: holds of one origin are told and decided together
);
