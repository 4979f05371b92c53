-- sync.kept_names: the names that stay because those that the files have are damaged, and the known ones are not.
-- grain: roster_id
create table if not exists day.sync.kept_names (
    roster_id           bigint not null,
    given_name          varchar,            -- null: as the files say; the others likewise
    family_name         varchar,
    middle_name         varchar
);
