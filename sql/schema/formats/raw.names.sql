-- raw.names: the whole names of contacts in two parts (pipeline/formats/names.py).
-- grain: name, student_family_name
create table if not exists day.raw.names (
    name                    varchar not null,
    student_family_name     varchar,
    given_name              varchar not null,
    family_name             varchar not null
);
