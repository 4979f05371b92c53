-- target.guardian_links: the links of the roster that an undo or a replay moves to.
-- grain: contact_id, student_id
create table if not exists day.target.guardian_links (
    roster_id           bigint,                 -- null until it is matched with the roster
    contact_id          varchar not null,
    student_id          varchar not null,
    role                varchar,
    rule                varchar,
    relationship        varchar,
    legal_guardian      boolean,
    named               utinyint,               -- as in roster.link_support
    role_source         utinyint,
    role_columns        utinyint,
    file                varchar,                -- null: users.csv
    line                bigint,                 -- of its file
    origin_sha256       varchar                 -- the delivery that the values come from
);
