-- sync.guardian_links: the plan for links: which are added, updated, restored, archived.
-- grain: contact_roster_id, student_roster_id
-- reads: guardians.guardians, sync.matched_users, sync.users, sync.protected, book.roster.guardian_links,
--     book.roster.absences
insert into day.sync.guardian_links by name
with known as (
    select *
    from book.roster.guardian_links
    where since_sync <= $baseline and (until_sync is null or until_sync > $baseline)
),

sent as (
    select
        contacts.roster_id                      as contact_roster_id,
        students.roster_id                      as student_roster_id,
        guardians.line,
        guardians.role,
        guardians.reason                        as rule,
        guardians.relationship,
        guardians.legal_guardian
    from day.guardians.guardians as guardians
    inner join day.sync.matched_users as contacts
        on guardians.contact_id = contacts.sourced_id and contacts.record_type = 'guardians'
    inner join day.sync.matched_users as students
        on guardians.student_id = students.sourced_id and students.record_type = 'students'
    where guardians.role is not null
),

compared as (
    select
        coalesce(
            known.roster_id,
            (select coalesce(max(roster_id), 0) from book.roster.guardian_links where since_sync <= $baseline)
            + row_number() over (
                partition by known.roster_id is null
                order by contact_roster_id, student_roster_id
            )
        )                                       as roster_id,
        contact_roster_id,
        student_roster_id,
        known.state,
        sent.line,
        sent.role,
        sent.rule,
        sent.relationship,
        sent.legal_guardian,
        list_filter([
            if(sent.role is distinct from known.role, 'role', null),
            if(sent.rule is distinct from known.rule, 'rule', null),
            if(sent.relationship is distinct from known.relationship, 'relationship', null),
            if(sent.legal_guardian is distinct from known.legal_guardian, 'legalGuardian', null)
        ], lambda name: name is not null and not $evidence_is_absent) as changed
    from sent
    left join known using (contact_roster_id, student_roster_id)
),

absences as (
    select record_type, roster_id, absent_since
    from book.roster.absences
    where
        record_type = 'guardian_links' and since_sync <= $baseline and (until_sync is null or until_sync > $baseline)
),

gone as (
    select
        known.roster_id,
        known.contact_roster_id,
        known.student_roster_id,
        contacts.sourced_id                     as contact_id,
        students.sourced_id                     as student_id,
        known.contact_roster_id in (select roster_id from day.sync.users where operation = 'archive')
        or known.student_roster_id in (select roster_id from day.sync.users where operation = 'archive') as consequence
    from known
    anti join sent using (contact_roster_id, student_roster_id)
    left join day.sync.matched_users as contacts on known.contact_roster_id = contacts.roster_id
    left join day.sync.matched_users as students on known.student_roster_id = students.roster_id
    where known.state = 'active'
),

protected as (
    select sourced_id
    from day.sync.protected
    where file = 'users.csv'
)

select
    roster_id,
    contact_roster_id,
    student_roster_id,
    case
        when
            not $manage_guardians
            -- what went with a student comes back with it
            and not (
                state = 'archived'
                and student_roster_id in (select roster_id from day.sync.users where operation = 'restore')
                and contact_roster_id in (select roster_id from day.sync.matched_users where state = 'active')
            )
            then 'keep'
        when state is null then 'add'
        when state = 'archived' then 'restore'
        when list_has_all($appeared, changed) then 'fill'
        else 'update'
    end                                         as operation,
    if(state = 'active', changed, [])           as changed,
    false                                       as consequence,
    false                                       as withheld,
    line,
    role,
    rule,
    relationship,
    legal_guardian
from compared
where state is distinct from 'active' or len(changed) > 0
union all by name
select
    roster_id,
    contact_roster_id,
    student_roster_id,
    if(
        consequence
        or $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation,
    []::varchar[]                               as changed,
    consequence,
    false                                       as withheld
from gone
left join absences using (roster_id)
where
    -- nothing can hang on a person who goes
    consequence
    or (
        $manage_guardians
        and coalesce(contact_id, '') not in (select sourced_id from protected)
        and coalesce(student_id, '') not in (select sourced_id from protected)
    )
