-- target.absences: who is absent from the files in the roster that an undo or a replay moves to.
-- grain: record_type, roster_id
create table if not exists day.target.absences (
    record_type         varchar not null,
    roster_id           bigint not null,
    absent_since        date not null
);
