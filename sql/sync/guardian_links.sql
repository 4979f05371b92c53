-- sync.guardian_links: the plan for links: which are added, updated, restored, archived.
-- grain: contact_roster_id, student_roster_id
-- reads: guardians.guardians, guardians.blocked, sync.matched_users, sync.users, sync.protected,
--     book.roster.guardian_links, book.roster.absences
insert into day.sync.guardian_links by name
with known as (
    select *
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
),

sent as (
    select
        contacts.roster_id                      as contact_roster_id,
        students.roster_id                      as student_roster_id,
        guardians.file,
        guardians.line,
        guardians.role,
        guardians.reason                        as rule,
        guardians.relationship,
        guardians.legal_guardian
    from day.guardians.guardians as guardians
    inner join day.sync.matched_users as contacts
        on guardians.contact_id = contacts.sourced_id and contacts.record_type = 'guardians' and contacts.sent
    inner join day.sync.matched_users as students
        on guardians.student_id = students.sourced_id and students.record_type = 'students' and students.sent
    where guardians.role is not null
),

-- where the delivery and what is known differ; nearly all of them are the same, and go no further
differing as (
    select
        known.roster_id,
        contact_roster_id,
        student_roster_id,
        known.state,
        sent.file,
        sent.line,
        sent.line is null                       as is_gone,
        sent.role,
        sent.rule,
        sent.relationship,
        sent.legal_guardian,
        not $evidence_is_absent and (sent.role is distinct from known.role) as role_changed,
        not $evidence_is_absent and (sent.rule is distinct from known.rule) as rule_changed,
        not $evidence_is_absent and (sent.relationship is distinct from known.relationship) as relationship_changed,
        not $evidence_is_absent
        and (sent.legal_guardian is distinct from known.legal_guardian) as legal_guardian_changed
    from sent
    full join known using (contact_roster_id, student_roster_id)
    where
        (sent.line is null and known.state = 'active')
        or (
            sent.line is not null
            and (
                known.state is distinct from 'active'
                or role_changed
                or rule_changed
                or relationship_changed
                or legal_guardian_changed
            )
        )
),

compared as (
    select
        * exclude (roster_id),
        coalesce(
            roster_id,
            (select coalesce(max(roster_id), 0) from book.roster.guardian_links where since_sync <= $baseline)
            + row_number() over (
                partition by roster_id is null
                order by contact_roster_id, student_roster_id
            )
        )                                       as roster_id,
        if(
            state = 'active',
            list_filter([
                if(role_changed, 'role', null),
                if(rule_changed, 'rule', null),
                if(relationship_changed, 'relationship', null),
                if(legal_guardian_changed, 'legalGuardian', null)
            ], lambda name: name is not null),
            []
        )                                       as changed
    from differing
    where not is_gone
),

absences as (
    select record_type, roster_id, absent_since
    from book.roster.absences
    where
        record_type = 'guardian_links' and in_force(since_sync, until_sync, $baseline)
),

-- never linked, and gone whatever the gate, a pause before archiving or the settings say
barred as (
    select contact_id, student_id, reason
    from day.guardians.guardians
    where is_barred
    union
    select contact_id, student_id, reason
    from day.guardians.blocked
),

gone as (
    select
        differing.roster_id,
        differing.contact_roster_id,
        differing.student_roster_id,
        contacts.sourced_id                     as contact_id,
        students.sourced_id                     as student_id,
        barred.reason                           as bar,
        differing.contact_roster_id in (select roster_id from day.sync.users where operation = 'archive')
        or differing.student_roster_id in (
            select roster_id from day.sync.users where operation = 'archive'
        )                                       as consequence
    from differing
    left join day.sync.matched_users as contacts on differing.contact_roster_id = contacts.roster_id
    left join day.sync.matched_users as students on differing.student_roster_id = students.roster_id
    left join barred on contacts.sourced_id = barred.contact_id and students.sourced_id = barred.student_id
    where differing.is_gone
),

protected as (
    select sourced_id
    from day.sync.protected
    where file in ('users.csv', 'contacts.csv', 'guardians.csv')
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
    changed,
    false                                       as consequence,
    false                                       as withheld,
    false                                       as barred,
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
        or bar is not null
        or $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation,
    []::varchar[]                               as changed,
    consequence and bar is null                 as consequence,
    false                                       as withheld,
    bar is not null                             as barred,
    bar                                         as rule
from gone
left join absences using (roster_id)
where
    -- nothing can hang on a person who goes
    consequence
    or bar is not null
    or (
        $manage_guardians
        and coalesce(contact_id, '') not in (select sourced_id from protected)
        and coalesce(student_id, '') not in (select sourced_id from protected)
    )
