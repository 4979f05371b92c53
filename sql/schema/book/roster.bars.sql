-- roster.bars: pairs that are barred. A bar of the files ends by an explicit no about the two from the file that set it
-- or by a person, and by nothing else; a block by a person, whose decision in decisions.jsonl counts. What a bar
-- compares with other people is kept with it.
-- grain: contact_id, student_id, kind, file, since_sync
create table if not exists book.roster.bars (
    contact_id          varchar not null,   -- the ids of the district when it was set
    student_id          varchar not null,
    contact_roster_id   bigint,             -- who they were in the roster; null: not in it
    student_roster_id   bigint,
    kind                varchar not null,   -- no_contact, custody or blocked
    file                varchar not null,   -- contacts.csv, guardians.csv or decisions.jsonl
    sync_date           date not null,      -- when it was set
    decisions           integer not null,   -- how many decisions had been recorded then: one after it may end the bar
    since_sync          integer not null,
    until_sync          integer,            -- null: in force
    given_name          varchar,            -- of the contact, when it was set
    family_name         varchar,
    email               varchar,
    sms                 varchar,
    student_given_name  varchar,
    student_family_name varchar,
    student_identifier  varchar
);
