-- sync.bars: the bars that tonight's files, or a person, have set and that no earlier ones did, and those in force that
-- end: the file that set one says no about the two, or a person has ended it.
-- grain: contact_id, student_id, kind, file
-- reads: guardians.pairs, guardians.sources, guardians.guardians, guardians.blocked, guardians.lifted, oneroster.users,
--     sync.matched_users, book.roster.bars, book.roster.ids, book.roster.users
insert into day.sync.bars by name
with said as (
    select
        pairs.contact_id,
        pairs.student_id,
        sources.file,
        bool_or(pairs.no_contact)               as no_contact,
        bool_or(not pairs.custody)              as no_custody
    from day.guardians.pairs as pairs
    inner join day.guardians.sources as sources on pairs.source = sources.source
    where pairs.no_contact is not null or pairs.custody is not null
    group by pairs.contact_id, pairs.student_id, sources.file
),

told as (
    select
        contact_id,
        student_id,
        file,
        'no_contact'                            as kind,
        no_contact                              as is_barred
    from said
    where no_contact is not null
    union all by name
    select
        said.contact_id,
        said.student_id,
        said.file,
        'custody'                               as kind,
        said.no_custody and coalesce(guardians.custody_bars, false) as is_barred
    from said
    left join day.guardians.guardians as guardians using (contact_id, student_id)
    where said.no_custody is not null
    union all by name
    select
        contact_id,
        student_id,
        'decisions.jsonl'                       as file,
        'blocked'                               as kind,
        true                                    as is_barred,
        decision
    from day.guardians.blocked
    where kind = 'blocked'
),

-- a bar follows the two to other ids
known as (
    select
        bars.*,
        coalesce(
            contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id), contact_ids.sourced_id
        )                                       as contact_id_now,
        coalesce(students.sourced_id, student_ids.sourced_id) as student_id_now
    from book.roster.bars as bars
    left join day.sync.matched_users as contacts
        on bars.contact_roster_id = contacts.roster_id and not contacts.is_replaced
    left join day.sync.matched_users as students
        on bars.student_roster_id = students.roster_id and not students.is_replaced
    left join book.roster.ids as contact_ids
        on
            bars.contact_roster_id = contact_ids.roster_id
            and contact_ids.record_type <> 'students'
            and in_force(contact_ids.since_sync, contact_ids.until_sync, $baseline)
    left join book.roster.ids as student_ids
        on
            bars.student_roster_id = student_ids.roster_id
            and in_force(student_ids.since_sync, student_ids.until_sync, $baseline)
    where in_force(bars.since_sync, bars.until_sync, $baseline)
),

in_force as (
    select
        known.* replace (
            coalesce(known.contact_id_now, known.contact_id) as contact_id_now,
            coalesce(known.student_id_now, known.student_id) as student_id_now
        ),
        (
            select count(*) > 0
            from day.guardians.lifted as lifted
            where
                lifted.contact_id in (known.contact_id, known.contact_id_now)
                and lifted.student_id in (known.student_id, known.student_id_now)
                and known.decisions < lifted.decision
        )                                       as is_lifted
    from known
)

select
    told.contact_id,
    told.student_id,
    coalesce(contacts.roster_id, gone_contacts.roster_id) as contact_roster_id,
    coalesce(students.roster_id, gone_students.roster_id) as student_roster_id,
    told.kind,
    told.file,
    'begins'                                    as change,
    told.decision,
    coalesce(contact_rows.given_name, known_contacts.given_name) as given_name,
    coalesce(contact_rows.family_name, known_contacts.family_name) as family_name,
    coalesce(contact_rows.email, known_contacts.email) as email,
    coalesce(contact_rows.sms, known_contacts.sms) as sms,
    coalesce(student_rows.given_name, known_students.given_name) as student_given_name,
    coalesce(student_rows.family_name, known_students.family_name) as student_family_name,
    coalesce(student_rows.identifier, known_students.identifier) as student_identifier
from told
anti join in_force
    on
        told.contact_id = in_force.contact_id_now
        and told.student_id = in_force.student_id_now
        and told.kind = in_force.kind
        and told.file = in_force.file
        and not in_force.is_lifted
left join day.sync.matched_users as contacts
    on
        told.contact_id = contact_key(contacts.sourced_id, contacts.by_number, contacts.sent_id)
        and contacts.state is not null
left join day.sync.matched_users as students
    on told.student_id = students.sourced_id and students.record_type = 'students' and students.state is not null
-- archived, and not in the files
left join book.roster.ids as gone_contacts
    on
        told.contact_id = gone_contacts.sourced_id
        and gone_contacts.record_type not in ('students', 'classes')
        and in_force(gone_contacts.since_sync, gone_contacts.until_sync, $baseline)
left join book.roster.ids as gone_students
    on
        told.student_id = gone_students.sourced_id
        and gone_students.record_type = 'students'
        and in_force(gone_students.since_sync, gone_students.until_sync, $baseline)
left join day.oneroster.users as contact_rows
    on told.contact_id = contact_key(contact_rows.sourced_id, contact_rows.by_number, contact_rows.sent_id)
left join day.oneroster.users as student_rows
    on told.student_id = student_rows.sourced_id and student_rows.record_kind = 'student'
left join book.roster.users as known_contacts
    on
        coalesce(contacts.roster_id, gone_contacts.roster_id) = known_contacts.roster_id
        and in_force(known_contacts.since_sync, known_contacts.until_sync, $baseline)
left join book.roster.users as known_students
    on
        coalesce(students.roster_id, gone_students.roster_id) = known_students.roster_id
        and in_force(known_students.since_sync, known_students.until_sync, $baseline)
where told.is_barred
union all by name
select
    in_force.contact_id,
    in_force.student_id,
    in_force.contact_roster_id,
    in_force.student_roster_id,
    in_force.kind,
    in_force.file,
    'ends'                                      as change
from in_force
left join told
    on
        in_force.contact_id_now = told.contact_id
        and in_force.student_id_now = told.student_id
        and in_force.kind = told.kind
        and in_force.file = told.file
where
    in_force.is_lifted
    or not coalesce(told.is_barred, in_force.kind <> 'blocked')
