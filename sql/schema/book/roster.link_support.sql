-- roster.link_support: which rows name a guardian and a student together, and what gave the role between them. That a
-- support moves is no change of the link: it has versions of its own.
-- grain: roster_id, since_sync
create table if not exists book.roster.link_support (
    roster_id       bigint not null,        -- of roster.guardian_links
    -- a sum: 1 the contact's row of users.csv, 2 the student's, 4 contacts.csv, 8 guardians.csv, 64 not known (all of
    -- those named must be complete)
    named           utinyint not null,
    role_source     utinyint not null,      -- the kind of row, a position of guardians.sources
    -- the columns of that row that the rule tested, a sum: 1 relationship, 2 legalGuardian, 4 role, 8 custody
    -- 16 livesWith, 32 emergency, 64 priority
    role_columns    utinyint not null,
    since_sync      integer not null,
    until_sync      integer                 -- null: current
);
