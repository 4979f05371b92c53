-- roster.merged: people who were active twice under one id, as staff and as a guardian, or as a student and as another
-- of the same name. A student's record is kept before that of staff, and that before a guardian's.
-- reads: book.roster.users, book.roster.ids
create table book.roster.merged as
with people as (
    select
        ids.sourced_id,
        users.roster_id,
        list_position(['students', 'staff', 'guardians'], users.record_type) as rank,
        lower(concat_ws(' ', users.given_name, users.family_name)) as full_name
    from book.roster.users as users
    inner join book.roster.ids as ids on users.roster_id = ids.roster_id
    where users.until_sync is null and users.state = 'active' and ids.until_sync is null
)

select
    others.roster_id,
    arg_min(kept.roster_id, kept.rank)          as kept_roster_id
from people as others
inner join people as kept on others.sourced_id = kept.sourced_id and others.rank > kept.rank
where kept.rank = 2 or kept.full_name = others.full_name
group by others.roster_id
