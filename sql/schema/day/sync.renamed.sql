-- sync.renamed: people of the plan whose name changes under their id, and what else tonight's files say of them, beside
-- what is known: no value, only whether it is the same. The files count as sent, whatever a setting keeps as it is.
-- grain: roster_id
create table if not exists day.sync.renamed (
    record_type     varchar not null,
    sourced_id      varchar not null,
    roster_id       bigint not null,
    given_name      varchar not null,       -- near, other or unknown (blank, or a placeholder such as Vacant)
    family_name     varchar not null,       -- near, other or unknown
    identifier      varchar not null,       -- same, other or unknown (blank, or it is or contains the id)
    email           varchar not null,       -- same, other or unknown
    sms             varchar not null,       -- same, other or unknown
    relatives       varchar not null        -- a linked person in common: same, other or unknown
);
