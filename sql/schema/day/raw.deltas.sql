-- raw.deltas: the files of the delivery that have only changes: their silence says nothing. The manifest says so, or
-- reading.mode in the settings.
-- grain: file
create table if not exists day.raw.deltas (
    file            varchar not null
);
