-- transition.barred: links of the target state whose contact seems to be a person who is barred from the student, under
-- another id, as sql/guardians/barred_twins.sql finds them each night. Of a child who is in the target state no longer,
-- one with a near name or the same number may be that child.
-- grain: contact_roster_id, student_roster_id
-- reads: transition.bars_in_force, transition.barred, target.roster.guardian_links, target.roster.users,
--     target.roster.ids, book.roster.users, guardians.lifted
insert into day.transition.barred by name
with people as (
    select *
    from target.roster.users
    where until_sync is null and state = 'active'
),

students as (
    select *
    from people
    where record_type = 'students'
),

-- in all states of the roster, and as the bar keeps them
contacts_barred as (
    select bars.contact_id, bars.student_id, bars.decisions, users.given_name, users.family_name, users.email, users.sms
    from day.transition.bars_in_force as bars
    inner join book.roster.users as users on bars.contact_roster_id = users.roster_id
    union
    select contact_id, student_id, decisions, given_name, family_name, email, sms
    from day.transition.bars_in_force
),

students_gone as (
    select bars.*, users.given_name, users.family_name, users.identifier
    from day.transition.bars_in_force as bars
    inner join book.roster.users as users on bars.student_roster_id = users.roster_id
    union
    select *, student_given_name as given_name, student_family_name as family_name, student_identifier as identifier
    from day.transition.bars_in_force
),

children as (
    select contact_id, student_id, contact_roster_id, student_roster_id
    from day.transition.bars_in_force
    union
    select gone.contact_id, gone.student_id, gone.contact_roster_id, students.roster_id as student_roster_id
    from students_gone as gone
    inner join students
        on
            gone.identifier = students.identifier
            or (
                lower(gone.given_name) = lower(students.given_name)
                and is_near(name_tokens(gone.family_name), name_tokens(students.family_name))
            )
    where gone.student_roster_id is null or gone.student_roster_id not in (select roster_id from students)
),

twins as (
    select
        links.contact_roster_id,
        links.student_roster_id,
        barred.contact_id                       as barred_contact_id,
        barred.decisions
    from children
    inner join target.roster.guardian_links as links
        on
            children.student_roster_id = links.student_roster_id
            and links.until_sync is null
            and links.state = 'active'
    inner join people on links.contact_roster_id = people.roster_id
    inner join contacts_barred as barred
        on children.contact_id = barred.contact_id and children.student_id = barred.student_id
    where
        children.contact_roster_id = links.contact_roster_id
        or seems_to_be(
            people.given_name, people.family_name, people.email, people.sms,
            barred.given_name, barred.family_name, barred.email, barred.sms
        )
)

select
    twins.contact_roster_id,
    twins.student_roster_id,
    'barred: seems to be ' || min(twins.barred_contact_id) || ', who is barred' as reason,
    true                                        as is_twin
from twins
anti join day.transition.barred as barred
    on twins.contact_roster_id = barred.contact_roster_id and twins.student_roster_id = barred.student_roster_id
left join target.roster.ids as contacts on twins.contact_roster_id = contacts.roster_id and contacts.until_sync is null
left join target.roster.ids as students on twins.student_roster_id = students.roster_id and students.until_sync is null
-- two people, by what a person has decided since the bar was set
anti join day.guardians.lifted as lifted
    on
        contacts.sourced_id = lifted.contact_id
        and students.sourced_id = lifted.student_id
        and twins.decisions < lifted.decision
group by twins.contact_roster_id, twins.student_roster_id
