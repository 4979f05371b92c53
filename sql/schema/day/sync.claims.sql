-- sync.claims: ids of tonight's files that may not mean the person they meant, with the cause and what it rests on.
-- No person's data: whether a value is the same, not the value.
--     identity_changed  the id seems to have been given to another person
--     id_exchanged      name and number, e-mail or mobile are those of one other active record
--     column_slipped    the values of a column are those of other records, or of another column of the same one
--     id_moved          an id that comes means the person whose id has gone
-- grain: cause, record_type, sourced_id, field
create table if not exists day.sync.claims (
    record_type     varchar not null,
    sourced_id      varchar not null,
    roster_id       bigint not null,        -- of id_moved: the newcomer's, by its new id
    cause           varchar not null,
    is_held         boolean not null,       -- false: told as a warning, and applied
    is_barred       boolean not null default false, -- of id_moved: one of the two is blocked; no approval moves the id
    other_roster_id bigint,                 -- whose values these are; of id_moved the record whose id has gone
    other_sourced_id varchar,
    cycle           integer,                -- of id_exchanged: so many ids that changed places among themselves
    school_id       varchar,                -- of column_slipped: in this school; null: in the district
    field           varchar,                -- of column_slipped: the column, or names: given and family name
    facts           integer,                -- of id_moved: how many of three
    given_name      varchar,                -- same, near, other or unknown; null: not looked at
    family_name     varchar,
    identifier      varchar,
    email           varchar,
    sms             varchar,
    relatives       varchar                 -- a linked person in common
);
