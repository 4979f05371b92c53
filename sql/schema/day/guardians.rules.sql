-- guardians.rules: the district's setting guardians.rules, one row per relationship and role that a rule names.
-- grain: position
create table if not exists day.guardians.rules (
    -- the first rule that holds decides; within a rule, the word named first
    position            integer not null,
    relationship        varchar,                -- each of these: null: not tested
    legal_guardian      boolean,
    role_sent           varchar,
    custody             boolean,
    lives_with          boolean,
    emergency           boolean,
    priority_at_most    integer,
    role                varchar not null,       -- parent, guardian, relative or excluded
    rule                varchar not null        -- the rule in words
);
