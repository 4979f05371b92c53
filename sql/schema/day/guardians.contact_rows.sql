-- guardians.contact_rows: the verdict on each contact's row, once the rules have spoken.
-- grain: file, line
create table if not exists day.guardians.contact_rows (
    file            varchar not null,       -- users.csv, contacts.csv or guardians.csv
    line            bigint not null,
    verdict         varchar not null,       -- accepted (linked to one of the row's students) or excluded
    reason          varchar                 -- why not linked
);
