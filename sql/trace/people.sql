-- people of the roster, past ones too, whose id, number, e-mail address or phone is what somebody looks for, or whose
-- name has its words, in any order.
-- grain: roster_id
-- reads: book.roster.users, book.roster.ids
with ids as (
    select
        roster_id,
        arg_max(sourced_id, (since_sync, sourced_id)) as sourced_id,
        list(distinct lower(sourced_id))        as all_ids
    from book.roster.ids
    group by roster_id
),

asked as (
    select
        lower(strip_accents(trim($text)))       as words,
        regexp_replace($text, '[^0-9]', '', 'g') as digits
)

select
    users.roster_id,
    ids.sourced_id,
    users.record_type,
    users.role,
    users.state,
    users.given_name,
    users.family_name,
    users.identifier,
    users.grades,
    users.school_ids
from book.roster.users as users
inner join ids on users.roster_id = ids.roster_id
cross join asked
where
    users.until_sync is null
    and asked.words <> ''
    and (
        list_contains(ids.all_ids, asked.words)
        or asked.words in (
            lower(users.identifier), lower(users.username), lower(users.email)
        )
        or (
            length(asked.digits) >= 7
            and length(asked.words) = length(regexp_replace(asked.words, '[^-+0-9(). ]', '', 'g'))
            and (
                ends_with(regexp_replace(coalesce(users.sms, ''), '[^0-9]', '', 'g'), asked.digits)
                or ends_with(regexp_replace(coalesce(users.phone, ''), '[^0-9]', '', 'g'), asked.digits)
            )
        )
        or list_has_all(
            string_split_regex(
                lower(strip_accents(concat_ws(' ', users.given_name, users.middle_name, users.family_name))), '[ -]+'
            ),
            string_split_regex(asked.words, '[ ,-]+')
        )
    )
order by users.state, users.record_type, users.family_name, users.given_name, ids.sourced_id
