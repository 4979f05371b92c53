-- sync.matched_classes: every class of the delivery and of the baseline, matched by id.
-- grain: sourced_id
create table if not exists day.sync.matched_classes (
    sourced_id      varchar not null,
    roster_id       bigint not null,        -- the next free one for a class never seen
    state           varchar,                -- in the baseline: active or archived; null: never seen
    sent            boolean not null,       -- in the delivery, accepted
    line            bigint
);
