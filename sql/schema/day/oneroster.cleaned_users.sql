-- oneroster.cleaned_users: the rows of raw.users without placeholders and with lists as the standard has them; empty
-- where the file has nothing of the kind.
-- grain: line
create table if not exists day.oneroster.cleaned_users (
    line                bigint not null,
    schools_refused     boolean not null,   -- the list of schools cannot be read
    agents_refused      boolean not null,   -- the list of contacts or students cannot be read
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
    synthetic varchar
    -- end of columns
);
