-- meta.version: the version of the day database's schema.
-- grain: one row
create table if not exists day.meta.version (
    version integer not null        -- compared with warehouse.schema.DAY_VERSION
);
