-- guardians.rules: the district's guardian rules, one row per value that a rule names.
-- grain: position, value
-- reads: guardians.rules of the district's settings
create table if not exists day.guardians.rules (
    position        integer not null,       -- the first rule that holds decides
    test            varchar not null,       -- legal_guardian, relationship or role_sent
    value           varchar not null,       -- what the tested value must equal, in small letters
    role            varchar not null,       -- parent, guardian or relative
    rule            varchar not null        -- the rule in words
);
