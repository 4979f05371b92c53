-- sync.approved: the withheld sets that approvals in force cover.
-- grain: origin, record_type, operation, key, content
create table if not exists day.sync.approved (
    origin          varchar,                -- the cause that was approved; null: whatever the cause is
    record_type     varchar not null,
    operation       varchar not null,
    key             varchar not null,
    content         varchar not null,
    as_new_person   boolean not null default false -- the id is another person's from now on
);
