-- transition.barred: the pairs that are not to be linked, blocked by a person or barred by the files of any night up to
-- now. A custody flag bars only where the rules of the settings ask for custody.
-- grain: contact_roster_id, student_roster_id
-- reads: book.roster.bars, book.roster.ids, target.roster.ids, guardians.lifted
insert into day.transition.barred by name
with said as (
    select
        unnest($contact_ids::varchar[])         as contact_id,
        unnest($student_ids::varchar[])         as student_id,
        unnest($contact_roster_ids::bigint[])   as contact_roster_id,
        unnest($student_roster_ids::bigint[])   as student_roster_id,
        $blocked                                as reason
    union all by name
    select
        bars.contact_id,
        bars.student_id,
        bars.contact_roster_id,
        bars.student_roster_id,
        'barred: '
        || if(bars.kind = 'no_contact', 'the no-contact flag was set', 'the custody flag said no')
        || ' in ' || bars.file || ' on ' || bars.sync_date as reason
    from book.roster.bars as bars
    anti join day.guardians.lifted as lifted
        on
            bars.contact_id = lifted.contact_id
            and bars.student_id = lifted.student_id
            and bars.decisions < lifted.decision
    where bars.until_sync is null and (bars.kind = 'no_contact' or (bars.kind = 'custody' and $custody_counts))
),

ids as (
    select roster_id, sourced_id from book.roster.ids where until_sync is null
    union
    select roster_id, sourced_id from target.roster.ids where until_sync is null
)

-- who was known then is known by who it was; an id may mean somebody else by now
select
    coalesce(said.contact_roster_id, contacts.roster_id) as contact_roster_id,
    coalesce(said.student_roster_id, students.roster_id) as student_roster_id,
    min(said.reason)                            as reason
from said
left join ids as contacts on said.contact_id = contacts.sourced_id
left join ids as students on said.student_id = students.sourced_id
where
    coalesce(said.contact_roster_id, contacts.roster_id) is not null
    and coalesce(said.student_roster_id, students.roster_id) is not null
group by all
