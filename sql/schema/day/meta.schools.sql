-- meta.schools: the schools that take part, from the district's settings.
-- grain: school_id
create table if not exists day.meta.schools (
    school_id       varchar not null,       -- as it stands in orgSourcedIds and schoolSourcedId
    name            varchar not null
);
