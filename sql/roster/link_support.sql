-- roster.link_support: what supports the links of the roster, where it moved. Of a link of which nothing was applied,
-- nothing moves.
-- grain: roster_id, since_sync
-- reads: sync.matched_links, sync.guardian_links
insert into book.roster.link_support by name
select
    coalesce(links.roster_id, plan.roster_id)   as roster_id,
    links.named,
    links.role_source,
    links.role_columns,
    $sync                                       as since_sync
from day.sync.matched_links as links
left join day.sync.guardian_links as plan using (contact_roster_id, student_roster_id)
where
    links.fate = 'said'
    and (links.state is distinct from 'active' or links.has_moved)
    and not coalesce(plan.withheld or plan.operation = 'keep', false)
