-- guardians.evidence: every different thing that a row says of a pair, with the first rule that holds for it.
-- grain: rank
create table if not exists day.guardians.evidence (
    rank                    bigint not null,    -- by the rules, then by the values: the first of a pair's rows decides
    relationship            varchar,
    relationship_display    varchar,
    legal_guardian          boolean,
    custody                 boolean,
    lives_with              boolean,
    emergency               boolean,
    priority                integer,
    role_sent               varchar,
    position                integer,            -- of guardians.rules; null: no rule holds
    role                    varchar,            -- parent, guardian, relative or excluded
    rule                    varchar,
    role_columns            utinyint not null   -- that the rule tests: a sum, as in roster.link_support
);
