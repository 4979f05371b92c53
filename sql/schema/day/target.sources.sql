-- target.sources: the sources of the roster that an undo or a replay moves to.
-- grain: file, field
create table if not exists day.target.sources (
    file                varchar not null,
    field               varchar not null,
    silent_since        date
);
