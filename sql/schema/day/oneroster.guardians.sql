-- oneroster.guardians: the rows of guardians.csv with their verdict, for those who send that file.
-- grain: line
create table if not exists day.oneroster.guardians (
    line                    bigint not null,
    guardian_id             varchar,
    student_id              varchar,
    role                    varchar,        -- parent, guardian or relative
    relationship            varchar,        -- as sent
    legal_guardian          boolean,        -- null: not given, or neither yes nor no
    legal_guardian_sent     varchar,
    no_contact              boolean,        -- true: never to be linked
    no_contact_sent         varchar,
    given_name              varchar,
    family_name             varchar,
    email                   varchar,        -- small letters
    sms                     varchar,        -- E.164
    phone                   varchar,        -- E.164
    language                varchar,        -- BCP 47 where it is one
    email_unreadable        boolean not null,   -- the cell holds something, and no e-mail address; the others likewise
    sms_unreadable          boolean not null,
    phone_unreadable        boolean not null,
    verdict                 varchar not null,   -- accepted, rejected or excluded
    reason                  varchar             -- the code that decided, where not accepted
);
