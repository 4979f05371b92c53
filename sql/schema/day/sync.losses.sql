-- sync.losses: what updates would take from records: a value, a school, a stronger role, the time to come of an
-- enrollment.
-- grain: record_type, roster_id, field
create table if not exists day.sync.losses (
    record_type     varchar not null,
    roster_id       bigint not null,
    field           varchar not null        -- the column, in the spelling of OneRoster
);
