-- meta.version: the version of the roster database's schema.
-- grain: one row
create table if not exists book.meta.version (
    version integer not null        -- compared with warehouse.schema.BOOK_VERSION
);
