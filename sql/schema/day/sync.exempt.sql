-- sync.exempt: the changes of the plan that an approval covers: the gate lets them pass.
-- grain: record_type, roster_id
create table if not exists day.sync.exempt (
    record_type     varchar not null,
    roster_id       bigint not null
);
