-- raw.contacts: contacts.csv as sent. Text; null: the column is not in the file; '': the cell is blank.
-- grain: line
create table if not exists day.raw.contacts (
    line                    bigint not null,    -- physical line of the file on which the row starts; the header is 1
    contact_sourced_id      varchar,
    student_sourced_id      varchar,
    relationship            varchar,
    relationship_display    varchar,
    legal_guardian          varchar,
    priority                varchar,
    lives_with              varchar,
    emergency               varchar,
    no_contact              varchar,
    given_name              varchar,
    family_name             varchar,
    middle_name             varchar,
    email                   varchar,
    sms                     varchar,
    phone                   varchar,
    language                varchar,
    custody                 varchar,
    role                    varchar,            -- the column guardianRole
    synthetic               varchar,            -- the columns in which the row says nothing
    sent_file               varchar,            -- of another format: where the row was made from
    sent_line               varchar
);
