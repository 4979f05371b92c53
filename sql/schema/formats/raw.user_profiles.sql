-- raw.user_profiles: userProfiles.csv of OneRoster 1.2, as sent, without what is secret.
-- grain: line
create table if not exists day.raw.user_profiles (
    line                    bigint not null,
    sourced_id              varchar,
    status                  varchar,
    user_sourced_id         varchar,
    username                varchar
);
