-- sync.subjects: what the gate looks at: every change of the plan.
-- grain: record_type, roster_id
create table if not exists day.sync.subjects (
    record_type     varchar not null,
    roster_id       bigint not null,
    operation       varchar not null,       -- add, update, archive or restore
    consequence     boolean not null,
    still_named     boolean not null,
    changed         varchar[] not null,
    school_ids      varchar[] not null,     -- as they stood, for an archive; as they will stand otherwise
    leaves          varchar[] not null default [], -- the schools that an update takes the record out of
    grade           varchar,                -- of a student who would be archived
    file            varchar not null,       -- that the change rests on: an archive, by what is missing from it
    exempt          boolean not null        -- not for the limits: an approval covers it, or its id is in doubt
);
