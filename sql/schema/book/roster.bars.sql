-- roster.bars: pairs that the files have barred. A bar ends by an explicit no about the two from the file that set it
-- or by a person, and by nothing else. What a person has blocked stands in decisions.jsonl.
-- grain: contact_id, student_id, kind, file, since_sync
create table if not exists book.roster.bars (
    contact_id          varchar not null,   -- the ids of the district when it was set
    student_id          varchar not null,
    contact_roster_id   bigint,             -- who they were in the roster; null: not in it
    student_roster_id   bigint,
    kind                varchar not null,   -- no_contact or custody
    file                varchar not null,   -- contacts.csv or guardians.csv
    sync_date           date not null,      -- when it was set
    decisions           integer not null,   -- how many decisions had been recorded then: one after it may end the bar
    since_sync          integer not null,
    until_sync          integer             -- null: in force
);
