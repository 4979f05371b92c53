-- guardians.barred: the pairs that are barred, with the two as the roster has had them, archived or not, and as each
-- bar keeps them. When a bar was set says which decisions came after it.
-- grain: none
-- reads: guardians.barred, oneroster.users, oneroster.student_numbers, book.roster.bars, book.roster.ids,
--     book.roster.users
insert into day.guardians.barred by name
with pairs as (
    select distinct contact_id, student_id from day.guardians.barred
),

ids as (
    select
        ids.roster_id,
        ids.sourced_id,
        ids.record_type = 'students'            as is_student,
        -- other rows name a student who is known by the number by the sourcedId
        if(
            is_student and exists (select 1 from day.oneroster.student_numbers), sent.sent_id, ids.sourced_id
        )                                       as contact_key
    from book.roster.ids as ids
    left join day.oneroster.users as sent
        on ids.record_type = 'students' and ids.sourced_id = sent.sourced_id and sent.by_number
    where
        ids.since_sync <= $baseline
        and ids.record_type <> 'classes'
        and (
            ids.sourced_id in (select pairs.contact_id from pairs)
            or sent.sent_id in (select pairs.contact_id from pairs)
            or ids.sourced_id in (select pairs.student_id from pairs)
        )
),

bars as (
    select
        case
            when contacts.record_type = 'students' and exists (select 1 from day.oneroster.student_numbers)
                then coalesce(sent.sent_id, bars.contact_id)
            else coalesce(contacts.sourced_id, bars.contact_id)
        end                                     as contact_id,
        coalesce(students.sourced_id, bars.student_id) as student_id,
        bars.* exclude (contact_id, student_id)
    from book.roster.bars as bars
    left join book.roster.ids as contacts
        on
            bars.contact_roster_id = contacts.roster_id
            and in_force(contacts.since_sync, contacts.until_sync, $baseline)
    left join day.oneroster.users as sent
        on contacts.record_type = 'students' and contacts.sourced_id = sent.sourced_id and sent.by_number
    left join book.roster.ids as students
        on
            bars.student_roster_id = students.roster_id
            and in_force(students.since_sync, students.until_sync, $baseline)
    where in_force(bars.since_sync, bars.until_sync, $baseline)
),

-- the earliest bar of a pair counts
set_at as (
    select contact_id, student_id, min(decisions) as decisions
    from bars
    group by contact_id, student_id
),

told as (
    select
        pairs.contact_id,
        pairs.student_id,
        contacts.given_name,
        contacts.family_name,
        contacts.email,
        contacts.sms,
        null                                    as student_given_name,
        null                                    as student_family_name,
        null                                    as student_identifier
    from pairs
    inner join ids on pairs.contact_id = ids.contact_key
    inner join book.roster.users as contacts on ids.roster_id = contacts.roster_id
    where contacts.since_sync <= $baseline
    union
    select
        pairs.contact_id,
        pairs.student_id,
        null                                    as given_name,
        null                                    as family_name,
        null                                    as email,
        null                                    as sms,
        students.given_name                     as student_given_name,
        students.family_name                    as student_family_name,
        students.identifier                     as student_identifier
    from pairs
    inner join ids on pairs.student_id = ids.sourced_id and ids.is_student
    inner join book.roster.users as students on ids.roster_id = students.roster_id
    where students.since_sync <= $baseline
    union
    select
        pairs.contact_id,
        pairs.student_id,
        bars.given_name,
        bars.family_name,
        bars.email,
        bars.sms,
        bars.student_given_name,
        bars.student_family_name,
        bars.student_identifier
    from pairs
    inner join bars using (contact_id, student_id)
)

select
    told.*,
    set_at.decisions
from told
left join set_at using (contact_id, student_id)
