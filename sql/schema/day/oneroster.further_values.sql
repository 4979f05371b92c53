-- oneroster.further_values: what contacts.csv and guardians.csv say of a contact, and which of them says so (sums: 2
-- contacts.csv, 4 guardians.csv). contacts.csv goes before guardians.csv, and in a file the first by its value.
-- grain: contact_id
create table if not exists day.oneroster.further_values (
    contact_id      varchar not null,
    files           utinyint not null,      -- that name the person
    email           varchar,
    email_files     utinyint not null,
    sms             varchar,
    sms_files       utinyint not null,
    phone           varchar,
    phone_files     utinyint not null,
    language        varchar,
    language_files  utinyint not null
);
