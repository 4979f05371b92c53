-- guardians.blocked: the bars that earlier files have set. Each holds until the file that set it says no about the two,
-- or a person ends it (`rollcall unblock`); a custody flag bars only where the rules of the settings ask for custody.
-- grain: contact_id, student_id
-- reads: book.roster.bars, book.roster.ids, oneroster.users, oneroster.student_numbers, guardians.pairs,
--     guardians.sources, guardians.rules, guardians.blocked, guardians.lifted
insert into day.guardians.blocked by name
with in_force as (
    select
        case
            -- other rows name a student who is known by the number by the sourcedId
            when contacts.record_type = 'students' and exists (select 1 from day.oneroster.student_numbers)
                then coalesce(sent.sent_id, bars.contact_id)
            else coalesce(contacts.sourced_id, bars.contact_id)
        end                                     as contact_id,
        coalesce(students.sourced_id, bars.student_id) as student_id,
        bars.kind,
        bars.file,
        bars.sync_date
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
    anti join day.guardians.lifted as lifted
        on
            lifted.contact_id in (bars.contact_id, contacts.sourced_id)
            and lifted.student_id in (bars.student_id, students.sourced_id)
            and bars.decisions < lifted.decision
    where
        in_force(bars.since_sync, bars.until_sync, $baseline)
        and (
            bars.kind = 'no_contact'
            or (bars.kind = 'custody' and exists (select 1 from day.guardians.rules where custody is not null))
        )
),

-- what the files say about those pairs tonight: one yes outweighs every no
said as (
    select
        pairs.contact_id,
        pairs.student_id,
        sources.file,
        bool_or(pairs.no_contact)               as no_contact,
        bool_or(not pairs.custody)              as no_custody
    from day.guardians.pairs as pairs
    inner join day.guardians.sources as sources on pairs.source = sources.source
    semi join in_force on pairs.contact_id = in_force.contact_id and pairs.student_id = in_force.student_id
    group by pairs.contact_id, pairs.student_id, sources.file
)

select
    in_force.contact_id,
    in_force.student_id,
    arg_min(in_force.kind, (in_force.sync_date, in_force.kind, in_force.file)) as kind,
    'barred: ' || if(
        arg_min(in_force.kind, (in_force.sync_date, in_force.kind, in_force.file)) = 'no_contact',
        'the no-contact flag was set', 'the custody flag said no'
    )
    || ' in ' || arg_min(in_force.file, (in_force.sync_date, in_force.kind, in_force.file))
    || ' on ' || min(in_force.sync_date)        as reason
from in_force
left join said
    on
        in_force.contact_id = said.contact_id
        and in_force.student_id = said.student_id
        and in_force.file = said.file
where
    -- a yes of tonight bars the pair by itself
    if(in_force.kind = 'no_contact', said.no_contact, said.no_custody) is null
    and (in_force.contact_id, in_force.student_id) not in (select contact_id, student_id from day.guardians.blocked)
group by in_force.contact_id, in_force.student_id
