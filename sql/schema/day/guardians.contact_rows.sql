-- guardians.contact_rows: the verdict on each contact's row of users.csv, once the rules have spoken.
-- grain: line
create table if not exists day.guardians.contact_rows (
    line            bigint not null,
    verdict         varchar not null,       -- accepted (linked to one of the row's students) or excluded
    reason          varchar                 -- why not linked
);
