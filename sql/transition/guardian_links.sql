-- sync.guardian_links: the changes from the current links to those of the target state.
-- grain: contact_roster_id, student_roster_id
-- reads: target.guardian_links, sync.matched_users, sync.users, guardians.blocked, book.roster.guardian_links
insert into day.sync.guardian_links by name
with known as (
    select *
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
),

wanted as (
    select
        contacts.roster_id                           as contact_roster_id,
        students.roster_id                           as student_roster_id,
        target.* exclude (roster_id)
    from day.target.guardian_links as target
    inner join day.sync.matched_users as contacts
        on target.contact_id = contacts.sourced_id and contacts.record_type = 'guardians' and contacts.sent
    inner join day.sync.matched_users as students
        on target.student_id = students.sourced_id and students.record_type = 'students' and students.sent
),

compared as (
    select
        coalesce(
            known.roster_id,
            (select coalesce(max(roster_id), 0) from book.roster.guardian_links)
            + row_number() over (
                partition by known.roster_id is null
                order by wanted.contact_roster_id, wanted.student_roster_id
            )
        )                                           as roster_id,
        known.state,
        wanted.*,
        list_filter([
            if(wanted.role is distinct from known.role, 'role', null),
            if(wanted.rule is distinct from known.rule, 'rule', null),
            if(wanted.relationship is distinct from known.relationship, 'relationship', null),
            if(wanted.legal_guardian is distinct from known.legal_guardian, 'legalGuardian', null)
        ], lambda name: name is not null)           as changed
    from wanted
    left join known using (contact_roster_id, student_roster_id)
)

select
    roster_id,
    contact_roster_id,
    student_roster_id,
    case
        when state is null then 'add'
        when state = 'archived' then 'restore'
        else 'update'
    end                                             as operation,
    if(state = 'active', changed, [])               as changed,
    false                                           as consequence,
    false                                           as withheld,
    role,
    rule,
    relationship,
    legal_guardian,
    file,
    line,
    origin_sha256
from compared
where state is distinct from 'active' or len(changed) > 0
union all by name
select
    known.roster_id,
    known.contact_roster_id,
    known.student_roster_id,
    'archive'                                       as operation,
    []::varchar[]                                   as changed,
    bars.contact_id is null
    and (
        known.contact_roster_id in (select roster_id from day.sync.users where operation = 'archive')
        or known.student_roster_id in (select roster_id from day.sync.users where operation = 'archive')
    )                                               as consequence,
    false                                           as withheld,
    bars.contact_id is not null                     as barred,
    bars.reason                                     as rule
from known
anti join wanted using (contact_roster_id, student_roster_id)
left join day.sync.matched_users as contacts on known.contact_roster_id = contacts.roster_id
left join day.sync.matched_users as students on known.student_roster_id = students.roster_id
left join day.guardians.blocked as bars
    on contacts.sourced_id = bars.contact_id and students.sourced_id = bars.student_id
where known.state = 'active'
