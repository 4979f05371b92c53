-- raw.roles_in_force: the role of each person that counts, with the schools of all roles of its kind.
-- grain: user_id
create table if not exists day.raw.roles_in_force (
    user_id                 varchar not null,
    role                    varchar not null,
    contact_role            varchar,            -- of an employee who is a contact as well
    org_ids                 varchar
);
