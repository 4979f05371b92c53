-- oneroster.users: the contacts who stand in contacts.csv or guardians.csv alone, one row per person.
-- Of several rows of one person the fullest counts, and of those the first by its values, so that the order of the rows
-- does not matter; contacts.csv goes before guardians.csv.
-- A person whose row of users.csv was left out for an error is not made anew from another file.
-- grain: sourced_id
-- reads: oneroster.contacts, oneroster.guardians, oneroster.user_rows
insert into day.oneroster.users by name
with sent as (
    select
        1                                       as position,
        'contacts.csv'                          as file,
        line,
        contact_id                              as sourced_id,
        given_name,
        family_name,
        middle_name,
        email,
        sms,
        phone,
        language
    from day.oneroster.contacts
    where verdict = 'accepted' and coalesce(given_name, family_name) is not null
    union all by name
    select
        2                                       as position,
        'guardians.csv'                         as file,
        line,
        guardian_id                             as sourced_id,
        given_name,
        family_name,
        null                                    as middle_name,
        email,
        sms,
        phone,
        language
    from day.oneroster.guardians
    where verdict = 'accepted' and coalesce(given_name, family_name) is not null
),

-- rows that say the same of a person are one; nearly all people have no other
distinct_people as (
    select
        sent.* exclude (line),
        min(line)                               as line
    from sent
    anti join day.oneroster.user_rows as rows
        on sent.sourced_id = contact_key(rows.sourced_id, rows.by_number, rows.sent_id)
    group by all
)

select
    file,
    line,
    sourced_id,
    'contact'                                   as record_kind,
    null                                        as role,
    []::varchar[]                               as school_ids,
    given_name,
    family_name,
    middle_name,
    email,
    sms,
    phone,
    language
from distinct_people
qualify
    row_number() over (
        partition by sourced_id
        order by
            position,
            (given_name is null)::int + (family_name is null)::int + (middle_name is null)::int
            + (email is null)::int + (sms is null)::int + (phone is null)::int + (language is null)::int,
            family_name,
            given_name,
            middle_name,
            email,
            sms,
            phone,
            language
    ) = 1
