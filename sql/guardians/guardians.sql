-- guardians.guardians: THE GUARDIAN RULE. For each contact and student, the first rule of the district's list that
-- holds gives the role; where none holds there is no link. The default list (pipeline/districts/settings.py):
--     1  legal-guardian flag is true              -> guardian
--     2  relationship is mother or father         -> parent
--     3  users.csv already gives a contact's role -> that role
-- grain: contact_id, student_id
-- reads: guardians.pairs, guardians.rules, oneroster.users, oneroster.user_rows
insert into day.guardians.guardians by name
with ruled as (
    select
        pairs.*,
        rules.position,
        rules.role,
        rules.rule
    from day.guardians.pairs as pairs
    left join day.guardians.rules as rules
        on case rules.test
            when 'legal_guardian' then pairs.legal_guardian
            when 'relationship' then lower(trim(pairs.relationship)) = rules.value
            when 'role_sent' then pairs.role_sent = rules.value
        end
),

first_rule as (
    select
        contact_id,
        student_id,
        arg_min(role, position)                 as role,
        min(position)                           as rule_position,
        arg_min(rule, position)                 as rule,
        -- the row that decided is the evidence; without a decision, the first row
        coalesce(arg_min(relationship, position), arg_min(relationship, line)) as relationship,
        coalesce(arg_min(legal_guardian, position), bool_or(legal_guardian)) as legal_guardian,
        coalesce(arg_min(line, position), min(line)) as line
    from ruled
    group by contact_id, student_id
),

-- a row without a role that we know may be the student's
students as (
    select
        sourced_id,
        -- of several rows with different verdicts, accepted counts before rejected, and that before excluded
        arg_min(verdict, case verdict when 'accepted' then 1 when 'rejected' then 2 else 3 end) as verdict
    from day.oneroster.user_rows
    where record_kind = 'student' or record_kind is null
    group by sourced_id
),

reasoned as (
    select
        first_rule.*,
        case
            when contacts.sourced_id is null then 'the contact is not in users.csv'
            when contacts.record_kind <> 'contact' then 'the contact is a ' || contacts.record_kind || ' in users.csv'
            when students.verdict is null then 'the student is not in users.csv'
            when students.verdict = 'rejected' then 'the student''s row was left out for an error'
            when students.verdict = 'excluded' then 'the student''s school does not take part'
            when first_rule.role is null and first_rule.relationship is null then 'no relationship is given'
            when first_rule.role is null then 'no rule for the relationship'
        end                                     as obstacle
    from first_rule
    left join day.oneroster.users as contacts on first_rule.contact_id = contacts.sourced_id
    left join students on first_rule.student_id = students.sourced_id
)

select
    contact_id,
    student_id,
    if(obstacle is null, role, null)            as role,
    if(obstacle is null, rule_position, null)   as rule_position,
    coalesce(obstacle, rule)                    as reason,
    relationship,
    legal_guardian,
    line
from reasoned
