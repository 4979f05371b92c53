-- roster.guardian_support: which files say that a guardian is there, and which gave each of its contact details. What
-- none of them says anymore goes when one of them is complete, and stays while all of them are silent.
-- Sums of: 1 users.csv, 2 contacts.csv, 4 guardians.csv, 64 not known (all of those named must be complete).
-- A guardian without a row has everything from users.csv, as all students and staff have. That a support moves is no
-- change of the guardian: it has versions of its own.
-- grain: roster_id, since_sync
create table if not exists book.roster.guardian_support (
    roster_id       bigint not null,
    record          utinyint not null,
    email           utinyint not null,
    sms             utinyint not null,
    phone           utinyint not null,
    language        utinyint not null,
    since_sync      integer not null,
    until_sync      integer                 -- null: current
);
