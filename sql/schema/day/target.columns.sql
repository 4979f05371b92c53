-- target.columns: the columns that the files had in the roster that an undo or a replay moves to.
-- grain: file, field
create table if not exists day.target.columns (
    file                varchar not null,
    field               varchar not null
);
