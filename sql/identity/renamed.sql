-- sync.renamed: how much of a person is left where the name under an id changes.
-- Types in which nearly everybody is renamed have sql/identity/renamed_claims.sql instead.
-- grain: roster_id
-- reads: sync.users, sync.matched_users, oneroster.users, guardians.guardians, book.roster.users,
--     book.roster.guardian_links
insert into day.sync.renamed by name
with names as (
    select
        plan.record_type,
        plan.sourced_id,
        plan.roster_id,
        plan.operation,
        name_tokens(known.given_name)           as known_given,
        name_tokens(known.middle_name)          as known_middle,
        name_tokens(known.family_name)          as known_family,
        name_tokens(plan.given_name)            as sent_given,
        name_tokens(plan.middle_name)           as sent_middle,
        name_tokens(plan.family_name)           as sent_family,
        is_placeholder(concat_ws(' ', known.given_name, known.family_name))
        or is_placeholder(concat_ws(' ', plan.given_name, plan.family_name)) as names_nobody,
        compared_fact(known.identifier, plan.sourced_id, sent.identifier, plan.sourced_id) as identifier,
        compared_fact(known.email, plan.sourced_id, sent.email, plan.sourced_id) as email,
        compared_fact(known.sms, plan.sourced_id, sent.sms, plan.sourced_id) as sms
    from day.sync.users as plan
    inner join book.roster.users as known
        on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
    inner join day.oneroster.users as sent
        on plan.sourced_id = sent.sourced_id and (plan.record_type = 'students') = (sent.record_kind = 'student')
    where
        plan.operation in ('update', 'restore')
        and not list_contains($renamed_types, plan.record_type)
        and (
            known.given_name is distinct from plan.given_name
            or known.family_name is distinct from plan.family_name
        )
),

-- a part of the known name that is found in the other part of tonight's, or in the middle, is near as well
compared as (
    select
        *,
        if(
            is_near(known_given, sent_family) or is_near(known_given, sent_middle) or is_near(known_middle, sent_given),
            true,
            is_near(known_given, sent_given)
        )                                       as given_is_near,
        if(
            is_near(known_family, sent_given) or is_near(known_family, sent_middle),
            true,
            is_near(known_family, sent_family)
        )                                       as family_is_near
    from names
),

known_links as (
    select contact_roster_id, student_roster_id
    from book.roster.guardian_links
    where in_force(since_sync, until_sync, $baseline)
),

-- the few pairs first: two joins of every pair with every person would cost more than all the rest
of_renamed as materialized (
    select contact_id, student_id
    from day.guardians.guardians
    where
        role is not null
        and (
            contact_id in (select sourced_id from names where record_type = 'guardians')
            or student_id in (select sourced_id from names where record_type = 'students')
        )
),

sent_links as (
    select
        contacts.roster_id                      as contact_roster_id,
        students.roster_id                      as student_roster_id
    from of_renamed
    inner join day.sync.matched_users as contacts
        on of_renamed.contact_id = contacts.sourced_id and not contacts.by_number
    inner join day.sync.matched_users as students
        on of_renamed.student_id = students.sourced_id and students.record_type = 'students'
),

known_relatives as (
    select contact_roster_id as roster_id, student_roster_id as relative from known_links
    union all
    select student_roster_id as roster_id, contact_roster_id as relative from known_links
),

sent_relatives as (
    select contact_roster_id as roster_id, student_roster_id as relative from sent_links
    union all
    select student_roster_id as roster_id, contact_roster_id as relative from sent_links
),

relatives as (
    select
        roster_id,
        bool_or(is_known and is_sent)           as in_common,
        bool_or(is_known) and bool_or(is_sent)  as are_known
    from (
        select roster_id, relative, bool_or(is_known) as is_known, bool_or(not is_known) as is_sent
        from (
            select roster_id, relative, true as is_known
            from known_relatives
            where roster_id in (select compared.roster_id from compared)
            union all
            select roster_id, relative, false as is_known
            from sent_relatives
            where roster_id in (select compared.roster_id from compared)
        )
        group by roster_id, relative
    )
    group by roster_id
)

select
    compared.record_type,
    compared.sourced_id,
    compared.roster_id,
    case
        when names_nobody or given_is_near is null then 'unknown'
        else if(given_is_near, 'near', 'other')
    end                                         as given_name,
    case
        when names_nobody or family_is_near is null then 'unknown'
        else if(family_is_near, 'near', 'other')
    end                                         as family_name,
    compared.identifier,
    compared.email,
    compared.sms,
    case when relatives.in_common then 'same' when relatives.are_known then 'other' else 'unknown' end as relatives
from compared
left join relatives using (roster_id)
