-- sync.users: the role of a guardian is the strongest of the links in force after tonight: those that are kept although
-- the files lack them, because something withholds that or the days have not passed, count; those that wait do not.
-- reads: sync.matched_links, sync.guardian_links, book.roster.users, book.roster.guardian_links
update day.sync.users
set
    role = in_force.role,
    rule = in_force.rule,
    changed = if(
        in_force.known_role = in_force.role,
        list_filter(changed, lambda name: name <> 'role'),
        if(operation = 'update' and not list_contains(changed, 'role'), list_prepend('role', changed), changed)
    )
from (
    select
        links.contact_roster_id,
        ['guardian', 'parent', 'relative'][
            min(list_position(['guardian', 'parent', 'relative'], links.role))
        ]                                       as role,
        arg_min(links.rule, list_position(['guardian', 'parent', 'relative'], links.role)) as rule,
        any_value(known.role)                   as known_role
    from (
        select
            matched.contact_roster_id,
            -- what does not change is as it was
            if(plan.operation = 'update' and plan.withheld, was.role, matched.role) as role,
            if(plan.operation = 'update' and plan.withheld, was.rule, matched.rule) as rule
        from day.sync.matched_links as matched
        left join day.sync.guardian_links as plan
            on
                matched.contact_roster_id = plan.contact_roster_id
                and matched.student_roster_id = plan.student_roster_id
        left join book.roster.guardian_links as was
            on matched.roster_id = was.roster_id and in_force(was.since_sync, was.until_sync, $baseline)
        where
            matched.contact_roster_id in (
                select changed.contact_roster_id
                from day.sync.guardian_links as changed
                where changed.withheld or changed.operation = 'absent'
            )
            and coalesce(not (plan.operation = 'archive' and not plan.withheld), true)
            and coalesce(not (plan.operation in ('add', 'restore') and plan.withheld), true)
    ) as links
    left join book.roster.users as known
        on links.contact_roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
    group by links.contact_roster_id
) as in_force
where
    day.sync.users.roster_id = in_force.contact_roster_id
    and day.sync.users.record_type = 'guardians'
    and day.sync.users.operation in ('update', 'fill', 'restore', 'add')
    and not day.sync.users.withheld
    and day.sync.users.role <> in_force.role
