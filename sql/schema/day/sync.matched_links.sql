-- sync.matched_links: every link between a guardian and a student, tonight's and the baseline's, and what becomes of
-- it.
-- grain: contact_roster_id, student_roster_id
create table if not exists day.sync.matched_links (
    contact_roster_id       bigint not null,
    student_roster_id       bigint not null,
    roster_id               bigint,             -- null: never linked
    state                   varchar,            -- in the baseline: active or archived; null: never linked
    -- said       the files link the two
    -- silent     they do not, and what said so before is not there tonight: the link stays
    -- withdrawn  they do not, and what said so before is there tonight
    -- barred     the pair is barred
    fate                    varchar not null,
    waits                   boolean not null,   -- a link that would be made while a stronger source is absent
    file                    varchar,            -- tonight's row that decided
    line                    bigint,
    role                    varchar,            -- those to stand afterwards
    rule                    varchar,
    rule_position           integer,            -- of tonight's rule, in the order of the settings
    raised_role             varchar,            -- a stronger role that waits, for a stronger source is absent
    raised_rule             varchar,
    relationship            varchar,
    legal_guardian          boolean,
    named_before            utinyint,           -- as in roster.link_support
    named                   utinyint not null,
    role_source             utinyint,
    role_columns            utinyint,
    has_moved               boolean             -- the support is another one than in the baseline; null: it had none
);
