-- sync.contact_values: THE RULE OF SILENCE for contact details, see sql/schema/day/sync.contact_values.sql. A blank
-- cell clears what its own file said, and nothing else; what several files say is that of the strongest: users.csv,
-- then contacts.csv, then guardians.csv. A value stays where its file or column is silent and nothing stronger speaks.
-- grain: roster_id
-- reads: sync.matched_users, sync.matched_links, oneroster.users, oneroster.further_values, oneroster.left_out,
--     oneroster.person_cells, book.roster.users, book.roster.guardian_support
insert into day.sync.contact_values by name
with stored as (
    select *
    from book.roster.guardian_support
    where in_force(since_sync, until_sync, $baseline)
),

silenced as (
    select
        sourced_id,
        bit_or(file_bit(file))                  as files
    from day.oneroster.left_out
    where file_bit(file) is not null
    group by sourced_id
),

-- the files in which a cell of theirs says nothing, or nothing that can be read
unsaid as (
    select
        sourced_id,
        by_number,
        bit_or(file_bit(file)) filter (where field = 'email') as email,
        bit_or(file_bit(file)) filter (where field = 'sms') as sms,
        bit_or(file_bit(file)) filter (where field = 'phone') as phone,
        bit_or(file_bit(file)) filter (where field = 'language') as language
    from day.oneroster.person_cells
    where state in ('unreadable', 'column_absent')
    group by sourced_id, by_number
),

-- people about whom alone an absent file is retired
released as (
    select sourced_id, bit_or(files) as files
    from (select unnest($released_ids::varchar[]) as sourced_id, unnest($released_files::integer[]) as files)
    group by sourced_id
),

-- those of whom users.csv alone speaks, and spoke, are not here
tonight as (
    select
        matched.roster_id,
        matched.state,
        users.sourced_id is not null            as has_row,
        coalesce(file_bit(users.file), 0)       as own_file,
        own_file | coalesce(further.files, 0)   as record_files,
        coalesce(silenced.files, 0)             as silenced_files,
        $complete_record & ~silenced_files | coalesce(released.files, 0) as record_complete,
        coalesce(released.files, 0)             as released_files,
        coalesce(stored.record, 1)              as record_before,
        -- of who was a student or a staff member: what users.csv said, it said of that
        if(coalesce(matched.known_type, 'guardians') = 'guardians', record_before, record_before & 126)
            as guardian_before,
        coalesce(users.email, further.email)       as email_tonight,
        if(users.email is not null, own_file, 0)
        | if(further.email = email_tonight, coalesce(further.email_files, 0), 0) as email_files,
        coalesce(users.sms, further.sms)       as sms_tonight,
        if(users.sms is not null, own_file, 0)
        | if(further.sms = sms_tonight, coalesce(further.sms_files, 0), 0) as sms_files,
        coalesce(users.phone, further.phone)       as phone_tonight,
        if(users.phone is not null, own_file, 0)
        | if(further.phone = phone_tonight, coalesce(further.phone_files, 0), 0) as phone_files,
        coalesce(users.language, further.language)       as language_tonight,
        if(users.language is not null, own_file, 0)
        | if(further.language = language_tonight, coalesce(further.language_files, 0), 0) as language_files,
        $complete_email & ~silenced_files & ~coalesce(unsaid.email, 0) | released_files
            as email_complete,
        known.email                              as email_known,
        if(email_known is null, 0, coalesce(stored.email, 1)) as email_before,
        $complete_sms & ~silenced_files & ~coalesce(unsaid.sms, 0) | released_files
            as sms_complete,
        known.sms                              as sms_known,
        if(sms_known is null, 0, coalesce(stored.sms, 1)) as sms_before,
        $complete_phone & ~silenced_files & ~coalesce(unsaid.phone, 0) | released_files
            as phone_complete,
        known.phone                              as phone_known,
        if(phone_known is null, 0, coalesce(stored.phone, 1)) as phone_before,
        $complete_language & ~silenced_files & ~coalesce(unsaid.language, 0) | released_files
            as language_complete,
        known.language                              as language_known,
        if(language_known is null, 0, coalesce(stored.language, 1)) as language_before,
        stored.roster_id is not null            as is_stored
    from day.sync.matched_users as matched
    left join day.oneroster.users as users
        on matched.sourced_id = users.sourced_id and matched.by_number = users.by_number
    left join day.oneroster.further_values as further
        on contact_key(matched.sourced_id, matched.by_number, matched.sent_id) = further.contact_id
    left join silenced on matched.sourced_id = silenced.sourced_id
    left join unsaid on matched.sourced_id = unsaid.sourced_id and matched.by_number = unsaid.by_number
    left join released on matched.sourced_id = released.sourced_id
    left join stored on matched.roster_id = stored.roster_id
    left join book.roster.users as known
        on
            matched.roster_id = known.roster_id
            and matched.state = 'active'
            and in_force(known.since_sync, known.until_sync, $baseline)
    where
        not matched.is_replaced
        and (
            matched.record_type = 'guardians'
            or stored.roster_id is not null
            or matched.roster_id in (
                select contact_roster_id
                from day.sync.matched_links
                where
                    -- who is ignored says nothing of staff and students either
                    (fate = 'said' and ($manage_guardians or state = 'active'))
                    or (fate = 'silent' and state = 'active')
            )
        )
        and (further.contact_id is not null or stored.roster_id is not null)
),

judged as (
    select
        *,
        not has_row
        or coalesce(value_stays(email_known, email_before, email_complete, email_tonight, email_files), false)
            as email_stays,
        not has_row or coalesce(value_stays(sms_known, sms_before, sms_complete, sms_tonight, sms_files), false)
            as sms_stays,
        not has_row
        or coalesce(value_stays(phone_known, phone_before, phone_complete, phone_tonight, phone_files), false)
            as phone_stays,
        not has_row
        or coalesce(
            value_stays(language_known, language_before, language_complete, language_tonight, language_files), false
        )
            as language_stays
    from tonight
),

settled as (
    select
        roster_id,
        record_files = 0
        and (guardian_before & 63 = 0 or withdrawn(guardian_before, record_complete)) as is_withdrawn,
        if(record_files = 0, guardian_before, record_files | carried(record_before, record_complete))
            as record_support,
        record_before,
        if(email_stays, email_known, email_tonight)   as email,
        case
            when email_stays then email_before
            when email_tonight = email_known then email_files | carried(email_before, email_complete)
            when email_tonight is null then 0
            else email_files
        end                                     as email_support,
        email_before,
        if(sms_stays, sms_known, sms_tonight)   as sms,
        case
            when sms_stays then sms_before
            when sms_tonight = sms_known then sms_files | carried(sms_before, sms_complete)
            when sms_tonight is null then 0
            else sms_files
        end                                     as sms_support,
        sms_before,
        if(phone_stays, phone_known, phone_tonight)   as phone,
        case
            when phone_stays then phone_before
            when phone_tonight = phone_known then phone_files | carried(phone_before, phone_complete)
            when phone_tonight is null then 0
            else phone_files
        end                                     as phone_support,
        phone_before,
        if(language_stays, language_known, language_tonight)   as language,
        case
            when language_stays then language_before
            when language_tonight = language_known then language_files | carried(language_before, language_complete)
            when language_tonight is null then 0
            else language_files
        end                                     as language_support,
        language_before,
        is_stored,
        state
    from judged
)

select
    roster_id,
    is_withdrawn,
    email,
    sms,
    phone,
    language,
    record_support,
    email_support,
    sms_support,
    phone_support,
    language_support,
    not is_stored
    or coalesce(state, '') <> 'active'
    or record_support <> record_before
    or email_support <> email_before
    or sms_support <> sms_before
    or phone_support <> phone_before
    or language_support <> language_before        as has_moved
from settled
