-- sent.elements: the values that are not blank, those of a list one by one, with the type that they must have.
-- grain: none; a list may hold the same element twice
create table if not exists day.sent.elements (
    file            varchar not null,
    line            bigint not null,
    field           varchar not null,
    kind            varchar not null,       -- the standard's type
    has_vocabulary  boolean not null,
    reference       varchar,                -- the file whose sourcedId it must be
    value           varchar not null,
    is_sound        boolean not null        -- of the form that its type has
);
