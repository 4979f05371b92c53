-- oneroster.guardians: the rows of guardians.csv with their verdict, for those who send that file.
-- grain: line
create table if not exists day.oneroster.guardians (
    line                    bigint not null,
    guardian_id             varchar,
    student_id              varchar,
    role                    varchar,        -- parent, guardian or relative
    relationship            varchar,        -- as sent
    legal_guardian          boolean,        -- null: not given, or neither yes nor no
    no_contact              boolean,        -- true: never to be linked
    given_name              varchar,
    family_name             varchar,
    email                   varchar,        -- small letters
    sms                     varchar,        -- E.164
    phone                   varchar,        -- E.164
    language                varchar,        -- BCP 47 where it is one
    verdict                 varchar not null,   -- accepted, rejected or excluded
    reason                  varchar             -- the code that decided, where not accepted
);
