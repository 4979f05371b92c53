-- the columns of users.csv in which nothing is known of anybody, or of any link.
-- grain: one row
-- reads: book.roster.users, book.roster.guardian_links
with links as (
    select
        list_filter([
            if(count(relationship) = 0, 'relationship', null),
            if(count(legal_guardian) = 0, 'legal_guardian', null)
        ], lambda name: name is not null)       as blank
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
)

select
    list_filter([
        -- columns of users: if(count({field}) = 0, '{field}', null),
        if(count(given_name) = 0, 'given_name', null),
        if(count(family_name) = 0, 'family_name', null),
        if(count(middle_name) = 0, 'middle_name', null),
        if(count(identifier) = 0, 'identifier', null),
        if(count(username) = 0, 'username', null),
        if(count(email) = 0, 'email', null),
        if(count(sms) = 0, 'sms', null),
        if(count(phone) = 0, 'phone', null),
        if(count(grades) = 0, 'grades', null),
        if(count(language) = 0, 'language', null),
        if(count(enabled_user) = 0, 'enabled_user', null)
        -- end of columns
    ], lambda name: name is not null) || (select blank from links) as blank
from book.roster.users
where in_force(since_sync, until_sync, $baseline)
