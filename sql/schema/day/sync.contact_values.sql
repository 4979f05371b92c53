-- sync.contact_values: the contact details of guardians whom contacts.csv or guardians.csv speaks of, or spoke of:
-- those to stand afterwards, and which files say them (sums as in roster.guardian_support).
-- grain: roster_id
create table if not exists day.sync.contact_values (
    roster_id           bigint not null,
    is_withdrawn        boolean not null,   -- no file names the person anymore, and one that did is complete
    email               varchar,
    sms                 varchar,
    phone               varchar,
    language            varchar,
    record_support      utinyint not null,
    email_support       utinyint not null,
    sms_support         utinyint not null,
    phone_support       utinyint not null,
    language_support    utinyint not null,
    has_moved           boolean not null    -- the support is another one than in the baseline
);
