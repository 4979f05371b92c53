-- raw.turns: the date on which other files would be made from the same set in another format.
-- grain: one row; none where the files are read as they came, or say the same on every date
create table if not exists day.raw.turns (
    turns_on        date not null
);
