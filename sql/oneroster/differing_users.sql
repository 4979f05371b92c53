-- oneroster.users: where several rows of one person differ, each value is that of the first row, by their turn, that
-- has one.
-- reads: oneroster.user_rows
update day.oneroster.users
set
    -- columns of users: {field} = told.{field},
    given_name = told.given_name,
    family_name = told.family_name,
    middle_name = told.middle_name,
    identifier = told.identifier,
    username = told.username,
    email = told.email,
    sms = told.sms,
    phone = told.phone,
    grades = told.grades,
    language = told.language,
    enabled_user = told.enabled_user
    -- end of columns
from (
    select
        sourced_id,
        by_number,
        -- columns of users: min_by({field}, turn) as {field},
        min_by(given_name, turn) as given_name,
        min_by(family_name, turn) as family_name,
        min_by(middle_name, turn) as middle_name,
        min_by(identifier, turn) as identifier,
        min_by(username, turn) as username,
        min_by(email, turn) as email,
        min_by(sms, turn) as sms,
        min_by(phone, turn) as phone,
        min_by(grades, turn) as grades,
        min_by(language, turn) as language,
        min_by(enabled_user, turn) as enabled_user
        -- end of columns
    from day.oneroster.user_rows
    where turn is not null
    group by sourced_id, by_number
) as told
where
    users.sourced_id = told.sourced_id
    and users.by_number = told.by_number
    and users.file = 'users.csv'
