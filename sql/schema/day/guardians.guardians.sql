-- guardians.guardians: one row per contact and student, linked or not, with the reason and what it was seen in.
-- grain: contact_id, student_id
create table if not exists day.guardians.guardians (
    contact_id              varchar not null,
    student_id              varchar not null,
    role                    varchar,            -- parent, guardian or relative; null: not linked
    rule_position           integer,            -- the rule that decided, in the order of the settings
    verdict                 varchar not null,   -- linked, or why not, as in sql/guardians/guardians.sql
    is_barred               boolean not null,   -- the link goes whatever the gate says
    -- a custody flag that says no bars the two, whatever else does
    custody_bars            boolean not null default false,
    reason                  varchar not null,   -- the rule in words, or why there is no link
    relationship            varchar,            -- as sent
    relationship_display    varchar,
    legal_guardian          boolean,
    no_contact              boolean,
    custody                 boolean,
    lives_with              boolean,
    emergency               boolean,
    priority                integer,            -- 1 is called first
    role_sent               varchar,
    file                    varchar not null,   -- the row that decided
    line                    bigint not null,
    named_by                varchar,            -- in users.csv: contact, student or both; null: in other files alone
    named                   utinyint not null,  -- all rows that name the two: a sum, as in roster.link_support
    role_source             utinyint not null,  -- of the row that decided, a position of guardians.sources
    role_columns            utinyint not null   -- that the rule tested: a sum, as in roster.link_support
);
