-- guardians.guardians: THE GUARDIAN RULE. For each contact and student, the rows of the strongest source that names
-- the two (sql/schema/day/guardians.sources.sql), and of those the one for which the earliest rule of the district's
-- list holds, give the role; where no rule holds there is no link. The default rules (pipeline/districts/settings.py):
--     1  legal-guardian flag is true              -> guardian
--     2  relationship is mother or father         -> parent
--     3  the files already give a contact's role  -> that role
-- A pair that is barred is never linked, whatever else holds, and its link goes whatever the gate says: blocked by a
-- person, a no-contact flag in any of its rows, or a custody flag that says no where the rules ask for custody and none
-- makes a guardian of the contact. The verdicts, the first that holds:
--     blocked, no_contact, custody        barred; barred_twin later (sql/guardians/unlinked_twins.sql)
--     row_left_out                        a row about the two was left out for an error: the link stays as it is
--     contact_unknown, contact_left_out, contact_is_oneself
--     student_unknown, student_left_out, student_elsewhere
--     not_managed                         guardians.csv alone counts, and does not name the pair
--     excluded                            a rule says that this is no guardian
--     no_relationship, no_rule            nothing is said of the two, or no rule holds for what is
--     linked
-- grain: contact_id, student_id
-- reads: guardians.pairs, guardians.sources, guardians.evidence, guardians.rules, guardians.blocked, oneroster.users,
--     oneroster.user_rows, oneroster.known
insert into day.guardians.guardians by name
with rows as (
    select
        pairs.contact_id,
        pairs.student_id,
        pairs.line,
        pairs.no_contact,
        pairs.counts,
        pairs.custody,
        sources.position                        as strength,
        sources.named_by,
        sources.named,
        evidence.rank
    from day.guardians.pairs as pairs
    inner join day.guardians.sources as sources on pairs.source = sources.source
    inner join day.guardians.evidence as evidence
        on
            pairs.relationship is not distinct from evidence.relationship
            and pairs.relationship_display is not distinct from evidence.relationship_display
            and pairs.legal_guardian is not distinct from evidence.legal_guardian
            and pairs.custody is not distinct from evidence.custody
            and pairs.lives_with is not distinct from evidence.lives_with
            and pairs.emergency is not distinct from evidence.emergency
            and pairs.priority is not distinct from evidence.priority
            and pairs.role_sent is not distinct from evidence.role_sent
),

-- the first row decides, compared by these four from left to right; flags and who names whom count from any row
grouped as (
    select
        contact_id,
        student_id,
        min(struct_pack(ignored := not counts, strength := strength, rank := rank, line := line)) as first_row,
        bool_or(no_contact)                     as no_contact,
        bool_or(not custody)                    as no_custody,
        -- a row that does not count names nobody
        bit_or(if(counts, named, 0))            as named,
        bool_or(named_by = 'contact')           as named_by_contact,
        bool_or(named_by = 'student')           as named_by_student
    from rows
    group by contact_id, student_id
),

strongest as (
    select
        grouped.*,
        not grouped.first_row['ignored']        as counts,
        grouped.first_row['line']               as line,
        sources.source,
        sources.file,
        evidence.*,
        coalesce(
            grouped.no_custody
            and coalesce(evidence.role, 'excluded') = 'excluded'
            and exists (select 1 from day.guardians.rules where custody is not null),
            false
        )                                       as custody_bars
    from grouped
    inner join day.guardians.sources as sources on grouped.first_row['strength'] = sources.position
    inner join day.guardians.evidence as evidence on grouped.first_row['rank'] = evidence.rank
),

-- a row without a role that we know may be the student's, or the contact's. Of several rows with different verdicts
-- accepted (1) counts before rejected (2), and that before excluded (3)
known as (
    select
        sourced_id,
        any_value(contact_key(sourced_id, by_number, sent_id)) as contact_key,
        min(case verdict when 'accepted' then 1 when 'rejected' then 2 else 3 end) as standing
    from day.oneroster.user_rows
    where record_kind = 'student' or record_kind is null
    group by sourced_id
    union all
    select
        sourced_id,
        if(by_number, null, sourced_id)         as contact_key,
        1                                       as standing
    from day.oneroster.known
    where
        record_kind = 'student'
        and sourced_id not in (
            select sourced_id
            from day.oneroster.user_rows
            where (record_kind = 'student' or record_kind is null) and sourced_id is not null
        )
),

people as (
    select contact_key(sourced_id, by_number, sent_id) as sourced_id
    from day.oneroster.users
    where contact_key(sourced_id, by_number, sent_id) is not null
    union
    select sourced_id from day.oneroster.known where file = 'users.csv' and not by_number
),

left_out as (
    select distinct contact_key(sourced_id, by_number, sent_id) as sourced_id
    from day.oneroster.user_rows
    where verdict = 'rejected' and contact_key(sourced_id, by_number, sent_id) is not null
),

judged as (
    select
        strongest.*,
        blocked.reason                          as bar,
        case
            when blocked.contact_id is not null then blocked.kind
            when strongest.no_contact then 'no_contact'
            when strongest.custody_bars then 'custody'
            when strongest.source in ('contacts_left_out', 'guardians_left_out') then 'row_left_out'
            when contacts.sourced_id is null and left_out.sourced_id is not null then 'contact_left_out'
            when contacts.sourced_id is null then 'contact_unknown'
            when
                strongest.contact_id = if(known.sourced_id is null, strongest.student_id, known.contact_key)
                then 'contact_is_oneself'
            when known.standing is null then 'student_unknown'
            when known.standing = 2 then 'student_left_out'
            when known.standing = 3 then 'student_elsewhere'
            when not strongest.counts then 'not_managed'
            when strongest.role = 'excluded' then 'excluded'
            when strongest.role is not null then 'linked'
            when coalesce(strongest.relationship, strongest.relationship_display) is null then 'no_relationship'
            else 'no_rule'
        end                                     as verdict
    from strongest
    left join people as contacts on strongest.contact_id = contacts.sourced_id
    left join left_out on strongest.contact_id = left_out.sourced_id
    left join known on strongest.student_id = known.sourced_id
    left join day.guardians.blocked as blocked
        on strongest.contact_id = blocked.contact_id and strongest.student_id = blocked.student_id
)

select
    contact_id,
    student_id,
    if(verdict = 'linked', role, null)          as role,
    if(verdict = 'linked', position, null)      as rule_position,
    verdict,
    verdict in ('blocked', 'no_contact', 'custody') as is_barred,
    custody_bars,
    case coalesce(bar, verdict)
        when bar then bar
        when 'linked' then rule
        when 'no_contact' then 'barred: the no-contact flag is set'
        when 'custody' then 'barred: the custody flag says no'
        when 'row_left_out' then 'a row about the two has an error'
        when 'contact_left_out' then 'the contact''s row has an error'
        when 'contact_unknown' then 'the contact is not in users.csv'
        when 'contact_is_oneself' then 'the two are the same person'
        when 'student_unknown' then 'the student is not in users.csv'
        when 'student_left_out' then 'the student''s row has an error'
        when 'student_elsewhere' then 'the student''s school does not take part'
        when 'not_managed' then 'not in guardians.csv, the only file that counts'
        when 'excluded' then 'excluded by the rule: ' || rule
        when 'no_relationship' then 'no relationship is given'
        else 'no rule covers the relationship'
    end                                         as reason,
    relationship,
    relationship_display,
    legal_guardian,
    no_contact,
    custody,
    lives_with,
    emergency,
    priority,
    role_sent,
    file,
    line,
    case
        when named_by_contact and named_by_student then 'both'
        when named_by_contact then 'contact'
        when named_by_student then 'student'
    end                                         as named_by,
    named,
    first_row['strength']                       as role_source,
    coalesce(role_columns, 0) | $role_columns   as role_columns
from judged
