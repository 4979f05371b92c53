-- guardians.pairs: every row that names a pair of contact and student, with what it says of the two.
-- grain: contact_id, student_id, source, line
create table if not exists day.guardians.pairs (
    contact_id              varchar not null,
    student_id              varchar not null,
    source                  varchar not null,   -- as in guardians.sources
    counts                  boolean not null,   -- false: the district has its guardians from guardians.csv alone
    line                    bigint not null,
    relationship            varchar,            -- as sent
    relationship_display    varchar,            -- the words that the student information system shows for it
    legal_guardian          boolean,
    custody                 boolean,
    lives_with              boolean,
    emergency               boolean,
    priority                integer,
    role_sent               varchar,
    no_contact              boolean
);
