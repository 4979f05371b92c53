-- every version of a person, oldest first.
-- grain: roster_id, since_sync
-- reads: book.roster.users
select
    roster_id,
    record_type,
    since_sync,
    state,
    file,
    line,
    delivery_sha256,
    rule,
    role,
    array_to_string(school_ids, ',') as school_ids,
    -- columns of users: {field},
    given_name,
    family_name,
    middle_name,
    identifier,
    username,
    email,
    sms,
    phone,
    grades,
    language,
    enabled_user
    -- end of columns
from book.roster.users
where list_contains($things, roster_id)
order by roster_id, since_sync
