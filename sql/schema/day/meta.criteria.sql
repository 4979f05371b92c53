-- meta.criteria: what the day is compared with and judged by, as it was when the day began.
-- grain: one row
create table if not exists day.meta.criteria (
    baseline_sync   integer not null,       -- the roster as after this sync; 0: there was none
    is_preview      boolean not null,       -- nothing may be applied
    initial         boolean not null,       -- no sync has put anybody into the roster yet
    resumes         integer,                -- the sync that this plan was already applied as, before a crash
    approved        varchar[] not null,     -- digests of the withheld sets that approvals in force cover
    -- the sources of which a person has said that they come no more
    retired         struct("file" varchar, field varchar, "only" varchar[], retired_on date)[] not null,
    approved_as_new_person varchar[] not null, -- those of them that were approved as other people under known ids
    settled         varchar[] not null,     -- digests by which a person has said for good whose rows are no one's
    content_is_older boolean not null,      -- the delivery equals one before the last
    content_is_undone boolean not null,     -- the delivery equals one that was undone
    fingerprint     varchar,                -- of delivery, settings and code
    decisions       integer not null        -- how many decisions had been recorded
);
