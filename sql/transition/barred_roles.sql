-- target.roster.users: a guardian's role follows the links that are left.
-- reads: transition.barred, target.roster.guardian_links
update target.roster.users
set role = left_over.role, rule = left_over.rule
from (
    select
        links.contact_roster_id,
        ['guardian', 'parent', 'relative'][
            min(list_position(['guardian', 'parent', 'relative'], links.role)) filter (where barred.reason is null)
        ]                                       as role,
        min(
            struct_pack(
                strength := list_position(['guardian', 'parent', 'relative'], links.role),
                rule := links.rule
            )
        ) filter (where barred.reason is null)['rule'] as rule
    from target.roster.guardian_links as links
    left join day.transition.barred as barred using (contact_roster_id, student_roster_id)
    where links.until_sync is null and links.state = 'active'
    group by links.contact_roster_id
    having bool_or(barred.reason is not null) and bool_or(barred.reason is null)
) as left_over
where
    target.roster.users.roster_id = left_over.contact_roster_id
    and target.roster.users.until_sync is null
    and target.roster.users.state = 'active'
    and target.roster.users.record_type = 'guardians'
    and target.roster.users.role <> left_over.role
