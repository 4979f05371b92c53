-- sync.kept_names: see sql/schema/day/sync.kept_names.sql.
-- grain: roster_id
-- reads: sync.matched_users, oneroster.users, book.roster.users
insert into day.sync.kept_names by name
select
    matched.roster_id,
    if(
        name_is_damaged(sent.given_name) and not name_is_damaged(known.given_name), known.given_name, null
    )                                           as given_name,
    if(
        name_is_damaged(sent.family_name) and not name_is_damaged(known.family_name), known.family_name, null
    )                                           as family_name,
    if(
        name_is_damaged(sent.middle_name) and not name_is_damaged(known.middle_name), known.middle_name, null
    )                                           as middle_name
from day.sync.matched_users as matched
inner join day.oneroster.users as sent on matched.sourced_id = sent.sourced_id and matched.by_number = sent.by_number
inner join book.roster.users as known on matched.roster_id = known.roster_id
where
    in_force(known.since_sync, known.until_sync, $baseline)
    and (name_is_damaged(sent.given_name) or name_is_damaged(sent.family_name) or name_is_damaged(sent.middle_name))
