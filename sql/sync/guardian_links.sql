-- sync.guardian_links: the plan for links: which are added, updated, restored, archived.
-- grain: contact_roster_id, student_roster_id
-- reads: sync.matched_links, sync.matched_users, sync.users, book.roster.guardian_links, book.roster.absences
insert into day.sync.guardian_links by name
with known as (
    select *
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
),

-- where the delivery and what is known differ; nearly all of them are the same, and go no further
compared as (
    select
        links.* replace (
            links.waits or links.raised_role is not null as waits,
            coalesce(links.raised_role, links.role) as role,
            coalesce(links.raised_rule, links.rule) as rule
        ),
        (known.role is distinct from coalesce(links.raised_role, links.role)) as role_changed,
        (known.rule is distinct from coalesce(links.raised_rule, links.rule)) as rule_changed,
        (known.relationship is distinct from links.relationship) as relationship_changed,
        (known.legal_guardian is distinct from links.legal_guardian) as legal_guardian_changed,
        if(
            links.state = 'active',
            list_filter([
                if(role_changed, 'role', null),
                if(rule_changed, 'rule', null),
                if(relationship_changed, 'relationship', null),
                if(legal_guardian_changed, 'legalGuardian', null)
            ], lambda name: name is not null),
            []
        )                                       as changed
    from day.sync.matched_links as links
    left join known on links.roster_id = known.roster_id
    where
        links.fate = 'said'
        and (
            links.state is distinct from 'active'
            or role_changed
            or rule_changed
            or relationship_changed
            or legal_guardian_changed
        )
),

absences as (
    select roster_id, absent_since
    from book.roster.absences
    where
        record_type = 'guardian_links' and in_force(since_sync, until_sync, $baseline)
),

gone as (
    select
        *,
        fate = 'follows'
        or contact_roster_id in (select roster_id from day.sync.users where operation = 'archive')
        or student_roster_id in (
            select roster_id from day.sync.users where operation = 'archive'
        )                                       as consequence
    from day.sync.matched_links
    where state = 'active' and fate <> 'said'
)

select
    coalesce(
        roster_id,
        (select coalesce(max(roster_id), 0) from book.roster.guardian_links where since_sync <= $baseline)
        + row_number() over (
            partition by roster_id is null
            order by contact_roster_id, student_roster_id
        )
    )                                           as roster_id,
    contact_roster_id,
    student_roster_id,
    case
        when
            not $manage_guardians
            -- what went with a student comes back with it
            and not (
                state = 'archived'
                and student_roster_id in (select roster_id from day.sync.users where operation = 'restore')
                and contact_roster_id in (
                    select roster_id from day.sync.matched_users where state = 'active'
                    union all
                    select roster_id from day.sync.users where operation = 'restore'
                )
            )
            then 'keep'
        when state is null then 'add'
        when state = 'archived' then 'restore'
        when list_has_all($appeared, changed) and not waits then 'fill'
        else 'update'
    end                                         as operation,
    changed,
    false                                       as consequence,
    false                                       as withheld,
    false                                       as barred,
    waits,
    file,
    line,
    role,
    rule,
    relationship,
    legal_guardian
from compared
union all by name
select
    roster_id,
    contact_roster_id,
    student_roster_id,
    if(
        consequence
        or fate = 'barred'
        or $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation,
    []::varchar[]                               as changed,
    consequence and fate <> 'barred'            as consequence,
    false                                       as withheld,
    fate = 'barred'                             as barred,
    false                                       as waits,
    if(fate = 'barred', rule, null)             as rule
from gone
left join absences using (roster_id)
-- nothing can hang on a person who goes
where consequence or fate in ('barred', 'withdrawn')
