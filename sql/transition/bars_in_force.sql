-- transition.bars_in_force: what a person has blocked, and what the files of any night up to now have barred. A custody
-- flag bars only where the rules of the settings ask for custody.
-- grain: none
-- reads: book.roster.bars, book.roster.ids, target.roster.ids, guardians.lifted
insert into day.transition.bars_in_force by name
with blocks as (
    select
        unnest($contact_ids::varchar[])         as contact_id,
        unnest($student_ids::varchar[])         as student_id,
        unnest($contact_roster_ids::bigint[])   as contact_roster_id,
        unnest($student_roster_ids::bigint[])   as student_roster_id,
        unnest($decisions::integer[])           as decisions
),

said as (
    select
        blocks.*,
        $blocked                                as reason,
        bars.given_name,
        bars.family_name,
        bars.email,
        bars.sms,
        bars.student_given_name,
        bars.student_family_name,
        bars.student_identifier
    from blocks
    left join book.roster.bars as bars
        on
            blocks.contact_id = bars.contact_id
            and blocks.student_id = bars.student_id
            and bars.kind = 'blocked'
            and bars.until_sync is null
    union all by name
    select
        bars.contact_id,
        bars.student_id,
        bars.contact_roster_id,
        bars.student_roster_id,
        bars.decisions,
        'barred: '
        || if(bars.kind = 'no_contact', 'the no-contact flag was set', 'the custody flag said no')
        || ' in ' || bars.file || ' on ' || bars.sync_date as reason,
        bars.given_name,
        bars.family_name,
        bars.email,
        bars.sms,
        bars.student_given_name,
        bars.student_family_name,
        bars.student_identifier
    from book.roster.bars as bars
    left join book.roster.ids as contacts
        on bars.contact_roster_id = contacts.roster_id and contacts.until_sync is null
    left join book.roster.ids as students
        on bars.student_roster_id = students.roster_id and students.until_sync is null
    anti join day.guardians.lifted as lifted
        on
            lifted.contact_id in (bars.contact_id, contacts.sourced_id)
            and lifted.student_id in (bars.student_id, students.sourced_id)
            and bars.decisions < lifted.decision
    where bars.until_sync is null and (bars.kind = 'no_contact' or (bars.kind = 'custody' and $custody_counts))
),

ids as (
    select roster_id, record_type, sourced_id from book.roster.ids where until_sync is null
    union
    select roster_id, record_type, sourced_id from target.roster.ids where until_sync is null
)

-- who was known then is known by who it was; an id may mean somebody else by now
select
    said.* replace (
        coalesce(said.contact_roster_id, contacts.roster_id) as contact_roster_id,
        coalesce(said.student_roster_id, students.roster_id) as student_roster_id
    )
from said
left join ids as contacts on said.contact_id = contacts.sourced_id and contacts.record_type <> 'classes'
left join ids as students on said.student_id = students.sourced_id and students.record_type = 'students'
