-- sync.claims: id_moved: a person who comes tonight under a new id, and one whose id has gone, is waiting or was
-- archived within 30 days, who have two of three facts in common, and have them with nobody else:
--     a student: name, number, a guardian       a guardian: name, e-mail or mobile, a child
--     staff: name, number, e-mail or mobile
-- All three move the id at once, with a warning. Two are held; so is who is barred from a student: the bar has to come
-- along. Guardians whose given names are not near are two, whatever address they have together.
-- grain: sourced_id
-- reads: sync.matched_users, oneroster.silenced, sync.approved, oneroster.users, guardians.guardians,
--     guardians.blocked, book.roster.users, book.roster.ids, book.roster.guardian_links, book.sync.syncs
insert into day.sync.claims by name
with newcomers as (
    select
        matched.record_type,
        matched.sourced_id,
        matched.roster_id,
        sent.given_name,
        sent.family_name,
        sent.identifier,
        sent.email,
        sent.sms
    from day.sync.matched_users as matched
    inner join day.oneroster.users as sent
        on matched.sourced_id = sent.sourced_id and matched.by_number = sent.by_number
    where matched.state is null and matched.sent
),

-- nothing wide, four times: nearly nobody has a name, a number or an address of a newcomer's
by_value as (
    select newcomers.roster_id, users.roster_id as other_roster_id
    from newcomers
    inner join book.roster.users as users
        on
            newcomers.record_type = users.record_type
            and lower(newcomers.given_name) = lower(users.given_name)
            and lower(newcomers.family_name) = lower(users.family_name)
    where in_force(users.since_sync, users.until_sync, $baseline)
    union
    select newcomers.roster_id, users.roster_id as other_roster_id
    from newcomers
    inner join book.roster.users as users
        on newcomers.record_type = users.record_type and newcomers.identifier = users.identifier
    where newcomers.record_type <> 'guardians' and in_force(users.since_sync, users.until_sync, $baseline)
    union
    select newcomers.roster_id, users.roster_id as other_roster_id
    from newcomers
    inner join book.roster.users as users
        on newcomers.record_type = users.record_type and newcomers.email = users.email
    where newcomers.record_type <> 'students' and in_force(users.since_sync, users.until_sync, $baseline)
    union
    select newcomers.roster_id, users.roster_id as other_roster_id
    from newcomers
    inner join book.roster.users as users
        on newcomers.record_type = users.record_type and newcomers.sms = users.sms
    where newcomers.record_type <> 'students' and in_force(users.since_sync, users.until_sync, $baseline)
),

-- the few pairs first: two joins of every pair with every person would cost more than all the rest
of_newcomers as materialized (
    select contact_id, student_id
    from day.guardians.guardians
    where
        role is not null
        and (
            contact_id in (select sourced_id from newcomers where record_type = 'guardians')
            or student_id in (select sourced_id from newcomers where record_type = 'students')
        )
),

new_links as (
    select
        contacts.roster_id                      as contact_roster_id,
        students.roster_id                      as student_roster_id,
        contacts.state is null                  as contact_is_new,
        students.state is null                  as student_is_new
    from of_newcomers
    inner join day.sync.matched_users as contacts
        on of_newcomers.contact_id = contacts.sourced_id and not contacts.by_number
    inner join day.sync.matched_users as students
        on of_newcomers.student_id = students.sourced_id and students.record_type = 'students'
),

known_links as (
    select contact_roster_id, student_roster_id
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
),

-- who shares a guardian or a child with a newcomer, by its id; where the whole family has new ids, by a value
of_relatives as (
    select new_links.student_roster_id as roster_id, known_links.student_roster_id as other_roster_id
    from new_links
    inner join known_links using (contact_roster_id)
    where new_links.student_is_new
    union
    select new_links.contact_roster_id as roster_id, known_links.contact_roster_id as other_roster_id
    from new_links
    inner join known_links using (student_roster_id)
    where new_links.contact_is_new
    union
    select new_links.student_roster_id as roster_id, known_links.student_roster_id as other_roster_id
    from new_links
    inner join by_value on new_links.contact_roster_id = by_value.roster_id
    inner join known_links on by_value.other_roster_id = known_links.contact_roster_id
    where new_links.student_is_new
    union
    select new_links.contact_roster_id as roster_id, known_links.contact_roster_id as other_roster_id
    from new_links
    inner join by_value on new_links.student_roster_id = by_value.roster_id
    inner join known_links on by_value.other_roster_id = known_links.student_roster_id
    where new_links.contact_is_new
),

pairs as (
    select roster_id, other_roster_id from by_value
    union
    select roster_id, other_roster_id from of_relatives
),

known as (
    select
        users.record_type,
        ids.sourced_id,
        users.roster_id,
        users.given_name,
        users.family_name,
        users.identifier,
        users.email,
        users.sms
    from (select distinct other_roster_id as roster_id from pairs) as others
    inner join book.roster.users as users on others.roster_id = users.roster_id
    inner join book.roster.ids as ids on others.roster_id = ids.roster_id
    where
        in_force(users.since_sync, users.until_sync, $baseline)
        and in_force(ids.since_sync, ids.until_sync, $baseline)
        and (
            users.state = 'active'
            or users.since_sync in (
                select number
                from book.sync.syncs
                where sync_date >= $sync_date::date - interval 30 day
            )
        )
),

compared as (
    select
        newcomers.record_type,
        newcomers.sourced_id,
        newcomers.roster_id,
        known.roster_id                         as other_roster_id,
        known.sourced_id                        as other_sourced_id,
        -- nearly all are the same to the letter, and need no comparison by parts
        case
            when lower(known.given_name) = lower(newcomers.given_name) then true
            else is_near(name_tokens(known.given_name), name_tokens(newcomers.given_name))
        end                                     as given_is_near,
        case
            when lower(known.family_name) = lower(newcomers.family_name) then true
            else is_near(name_tokens(known.family_name), name_tokens(newcomers.family_name))
        end                                     as family_is_near,
        lower(known.given_name) = lower(newcomers.given_name)
        and lower(known.family_name) = lower(newcomers.family_name) as name_is_same,
        is_placeholder(concat_ws(' ', known.given_name, known.family_name)) as names_nobody,
        compared_fact(known.identifier, known.sourced_id, newcomers.identifier, newcomers.sourced_id) as identifier,
        compared_fact(known.email, known.sourced_id, newcomers.email, newcomers.sourced_id) as email,
        compared_fact(known.sms, known.sourced_id, newcomers.sms, newcomers.sourced_id) as sms,
        of_relatives.roster_id is not null      as has_relatives
    from pairs
    inner join newcomers using (roster_id)
    inner join known on pairs.other_roster_id = known.roster_id and newcomers.record_type = known.record_type
    left join of_relatives
        on pairs.roster_id = of_relatives.roster_id and pairs.other_roster_id = of_relatives.other_roster_id
),

counted as (
    select
        * exclude (has_relatives, names_nobody),
        if(has_relatives, 'same', 'unknown')    as relatives,
        if(given_is_near and family_is_near, 1, 0)
        + if(if(record_type = 'guardians', 'same' in (email, sms), identifier = 'same'), 1, 0)
        + if(if(record_type = 'staff', 'same' in (email, sms), has_relatives), 1, 0) as facts
    from compared
    where
        not names_nobody
        and not (record_type = 'guardians' and given_is_near is not distinct from false)
),

-- the nearest of each, before a twin whose name is near
ranked as (
    select
        *,
        2 * facts + if(name_is_same, 1, 0)      as score,
        max(score) over (partition by roster_id) as best_of_this,
        max(score) over (partition by other_roster_id) as best_of_other
    from counted
    where facts >= 2
),

-- as near to two people as to one: then nothing follows
single as (
    select
        *,
        count(*) over (partition by roster_id)  as others_of_this,
        count(*) over (partition by other_roster_id) as newcomers_of_other
    from ranked
    where score = best_of_this and score = best_of_other
),

blocked as (
    select contact_id as sourced_id from day.guardians.blocked
    union
    select student_id as sourced_id from day.guardians.blocked
),

-- the ids that tonight's files still name, be it in a row that cannot be used
here as (
    select matched.roster_id
    from day.sync.matched_users as matched
    left join day.oneroster.silenced as silenced
        on
            matched.sourced_id = silenced.sourced_id
            and (
                silenced.file = 'users.csv'
                or (matched.record_type = 'guardians' and silenced.file in ('contacts.csv', 'guardians.csv'))
            )
    where
        matched.roster_id in (select single.other_roster_id from single)
        and (matched.sent or silenced.sourced_id is not null)
)

select
    single.record_type,
    single.sourced_id,
    single.roster_id,
    'id_moved'                                  as cause,
    blocked.sourced_id is not null              as is_barred,
    blocked.sourced_id is not null or (single.facts < 3 and approved.key is null) as is_held,
    single.other_roster_id,
    single.other_sourced_id,
    single.facts,
    case single.given_is_near when true then 'near' when false then 'other' else 'unknown' end as given_name,
    case single.family_is_near when true then 'near' when false then 'other' else 'unknown' end as family_name,
    single.identifier,
    single.email,
    single.sms,
    single.relatives
from single
left join blocked on single.other_sourced_id = blocked.sourced_id
left join day.sync.approved as approved
    on
        single.record_type = approved.record_type
        and starts_with(approved.origin, 'id_moved ')
        and approved.operation = 'add'
        and single.sourced_id = approved.key
where
    not coalesce(approved.as_new_person, false)
    and single.others_of_this = 1
    and single.newcomers_of_other = 1
    and single.other_roster_id not in (select here.roster_id from here)
    -- a contact who is linked to nobody is here all the same
    and single.other_sourced_id not in (
        select users.sourced_id
        from day.oneroster.users as users
        where not users.by_number or single.record_type = 'students'
    )
