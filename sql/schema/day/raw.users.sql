-- raw.users: users.csv as sent. Text; null: the column is not in the file; '': the cell is blank.
-- The last three columns are not in the standard: the language, and a contact's relationship and legal-guardian flag.
-- grain: line
create table if not exists day.raw.users (
    line                bigint not null,    -- physical line of the file on which the row starts; the header is 1
    -- columns of users.csv: {field} varchar,
    sourced_id varchar,
    status varchar,
    date_last_modified varchar,
    enabled_user varchar,
    org_sourced_ids varchar,
    role varchar,
    username varchar,
    user_ids varchar,
    given_name varchar,
    family_name varchar,
    middle_name varchar,
    identifier varchar,
    email varchar,
    sms varchar,
    phone varchar,
    agent_sourced_ids varchar,
    grades varchar,
    language varchar,
    relationship varchar,
    legal_guardian varchar,
    contact_role varchar,
    synthetic varchar,
    sent_file varchar,
    sent_line varchar
    -- end of columns
);
