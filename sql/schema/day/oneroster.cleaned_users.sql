-- oneroster.cleaned_users: the rows of raw.users without placeholders, without what a spreadsheet put in the place of
-- values, and with lists as the standard has them. Empty where the file has nothing of the kind.
-- grain: line
create table if not exists day.oneroster.cleaned_users (
    line                bigint not null,
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
