-- raw.lookups: the one value of orgs.csv and courses.csv that the other files need beside the id: what type an
-- organization is, and what a course is called.
-- grain: file, sourced_id
create table if not exists day.raw.lookups (
    file            varchar not null,       -- orgs.csv or courses.csv
    sourced_id      varchar not null,
    value           varchar not null        -- of orgs.csv the type in small letters, of courses.csv the title
);
