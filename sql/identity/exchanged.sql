-- sync.claims: id_exchanged: the name, and the number, e-mail or mobile, that tonight stand under an id are those of
-- exactly one other active record. A record that keeps both tonight, and whose name is near, is the same person listed
-- twice: no claim.
-- grain: sourced_id
-- reads: sync.renamed, sync.users, oneroster.users, book.roster.users, book.roster.ids
insert into day.sync.claims by name
with named as (
    select
        renamed.record_type,
        renamed.sourced_id,
        renamed.roster_id,
        renamed.given_name,
        renamed.family_name,
        renamed.identifier                      as own_identifier,
        renamed.email                           as own_email,
        renamed.sms                             as own_sms,
        lower(sent.given_name)                  as sent_given_name,
        lower(sent.family_name)                 as sent_family_name,
        sent.identifier                         as sent_identifier,
        sent.email                              as sent_email,
        sent.sms                                as sent_sms
    from day.sync.renamed as renamed
    inner join day.oneroster.users as sent
        on
            renamed.sourced_id = sent.sourced_id
            and (renamed.record_type = 'students') = (sent.record_kind = 'student')
    where sent.given_name is not null and sent.family_name is not null
),

-- the names that come tonight, first: nearly nobody else has one of them
others as (
    select
        users.record_type,
        users.roster_id,
        ids.sourced_id,
        lower(users.given_name)                 as given_name,
        lower(users.family_name)                as family_name,
        users.identifier,
        users.email,
        users.sms
    from book.roster.users as users
    inner join book.roster.ids as ids on users.roster_id = ids.roster_id
    where
        in_force(users.since_sync, users.until_sync, $baseline)
        and in_force(ids.since_sync, ids.until_sync, $baseline)
        and users.state = 'active'
        and (lower(users.given_name), lower(users.family_name)) in (
            select (named.sent_given_name, named.sent_family_name) from named
        )
),

changing as (
    select roster_id
    from day.sync.users
    where
        operation <> 'update'
        or list_has_any(changed, ['givenName', 'familyName', 'identifier', 'email', 'sms'])
),

pairs as (
    select
        named.record_type,
        named.sourced_id,
        named.roster_id,
        named.given_name,
        named.family_name,
        others.roster_id                        as other_roster_id,
        others.sourced_id                       as other_sourced_id,
        compared_fact(others.identifier, others.sourced_id, named.sent_identifier, named.sourced_id) as identifier,
        compared_fact(others.email, others.sourced_id, named.sent_email, named.sourced_id) as email,
        compared_fact(others.sms, others.sourced_id, named.sent_sms, named.sourced_id) as sms,
        others.roster_id in (select changing.roster_id from changing) as other_changes,
        own_identifier,
        own_email,
        own_sms
    from named
    inner join others
        on
            named.record_type = others.record_type
            and named.roster_id <> others.roster_id
            and named.sent_given_name = others.given_name
            and named.sent_family_name = others.family_name
),

alike as (
    select
        * exclude (own_identifier, own_email, own_sms),
        (identifier = 'same' and own_identifier <> 'same')
        or (email = 'same' and own_email <> 'same')
        or (sms = 'same' and own_sms <> 'same') as has_more_of_the_other,
        count(*) over (partition by roster_id)  as others
    from pairs
    where identifier = 'same' or email = 'same' or sms = 'same'
),

exchanged as (
    select * exclude (has_more_of_the_other, other_changes, others)
    from alike
    where
        others = 1
        and (
            other_changes
            or (has_more_of_the_other and not (given_name = 'near' and family_name = 'near'))
        )
)

select
    *,
    'id_exchanged'                              as cause,
    true                                        as is_held
from exchanged
