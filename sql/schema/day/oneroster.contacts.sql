-- oneroster.contacts: the rows of contacts.csv with their verdict, for those who send that file.
-- grain: line
create table if not exists day.oneroster.contacts (
    line                    bigint not null,
    contact_id              varchar,        -- as in users.csv, where the contact stands there too
    student_id              varchar,
    relationship            varchar,        -- as sent
    relationship_display    varchar,        -- the words that the student information system shows for it
    legal_guardian          boolean,        -- null: not given, or neither yes nor no
    priority                integer,        -- 1 is called first
    lives_with              boolean,
    emergency               boolean,
    no_contact              boolean,        -- true: never to be linked
    custody                 boolean,
    role                    varchar,        -- parent, guardian or relative, of formats that give it
    given_name              varchar,
    family_name             varchar,
    middle_name             varchar,
    email                   varchar,        -- small letters
    sms                     varchar,        -- E.164
    phone                   varchar,        -- E.164
    language                varchar,        -- BCP 47 where it is one
    verdict                 varchar not null,   -- accepted, rejected or excluded
    reason                  varchar             -- the code that decided, where not accepted
);
