-- oneroster.user_rows: each row of users.csv, trimmed and split, with its verdict.
-- grain: line
-- reads: raw.users, oneroster.cleaned_users, oneroster.cell_states, meta.schools, oneroster.words
insert into day.oneroster.user_rows by name
with sent as (
    -- most files have neither a placeholder nor an odd list, nor a value that a spreadsheet changed
    select *
    from day.raw.users
    where not $has_oddities
    union all by name
    select * from day.oneroster.cleaned_users
),

trimmed as (
    select
        line,
        nullif(trim(sourced_id), '')            as sourced_id,      -- text, never a number
        nullif(trim(role), '')                  as role_as_sent,
        lower(role_as_sent)                     as role,
        -- splitting with a lambda is dear, and most cells hold one id or none
        case
            when trim(coalesce(org_sourced_ids, '')) = '' then []::varchar[]
            when not contains(org_sourced_ids, ',') then [trim(org_sourced_ids)]
            else list_filter(
                list_transform(string_split(org_sourced_ids, ','), lambda id: trim(id)), lambda id: id <> ''
            )
        end                                     as schools_sent,
        case
            when trim(coalesce(agent_sourced_ids, '')) = '' then []::varchar[]
            when not contains(agent_sourced_ids, ',') then [trim(agent_sourced_ids)]
            else list_distinct(list_filter(
                list_transform(string_split(agent_sourced_ids, ','), lambda id: trim(id)), lambda id: id <> ''
            ))
        end                                     as agent_ids,
        nullif(trim(given_name), '')            as given_name,
        nullif(trim(family_name), '')           as family_name,
        nullif(trim(middle_name), '')           as middle_name,
        nullif(trim(identifier), '')            as identifier,
        nullif(trim(username), '')              as username,
        nullif(trim(email, ' "'), '')           as email_sent,
        nullif(trim(if($mobile = 'phone', phone, sms), ' "'), '') as sms_sent,
        nullif(trim(if($mobile = 'phone', sms, phone), ' "'), '') as phone_sent,
        nullif(trim(grades, ' "'), '')          as grades_sent,
        nullif(trim(language, ' "'), '')        as language_sent,
        if(yes_no(enabled_user), 'true', if(not yes_no(enabled_user), 'false', null)) as enabled_user,
        nullif(trim(relationship), '')          as relationship,
        yes_no(legal_guardian)                  as legal_guardian,
        -- the role as a contact beside that of an employee
        nullif(lower(trim(contact_role)), '')   as contact_role,
        is_inactive(status)                     as is_inactive,
        is_status_unknown(status)               as is_status_unknown
    from sent
),

bare as (
    select
        *,
        translate(sms_sent, '()-. ', '')        as sms_bare,
        translate(phone_sent, '()-. ', '')      as phone_bare
    from trimmed
),

worded as (
    select
        bare.* exclude (email_sent, sms_sent, phone_sent, grades_sent, language_sent, sms_bare, phone_bare),
        -- word_candidates has looked at every address and number that is not plain
        if(emails.sent is null, lower(bare.email_sent), emails.meant) as email,
        -- a text has no way to an extension
        if(mobiles.sent is null, '+1' || right(sms_bare, 10), split_part(mobiles.meant, ';', 1)) as sms,
        if(phones.sent is null, '+1' || right(phone_bare, 10), phones.meant) as phone,
        if(grades.sent is null, bare.grades_sent, grades.meant) as grades,
        if(languages.sent is null, bare.language_sent, languages.meant) as language
    from bare
    left join day.oneroster.words as emails on bare.email_sent = emails.sent and emails.kind = 'email'
    left join day.oneroster.words as mobiles on bare.sms_sent = mobiles.sent and mobiles.kind = 'phone'
    left join day.oneroster.words as phones on bare.phone_sent = phones.sent and phones.kind = 'phone'
    left join day.oneroster.words as grades on bare.grades_sent = grades.sent and grades.kind = 'grades'
    left join day.oneroster.words as languages on bare.language_sent = languages.sent and languages.kind = 'language'
),

kinds as (
    select
        * exclude (role),
        role                                    as role_sent,
        case
            when role = 'student' then 'student'
            when role in ('teacher', 'aide', 'proctor', 'administrator') then 'staff'
            when role in ('parent', 'guardian', 'relative') then 'contact'
            -- a contact's role is worked out later where the row says how the two are related instead
            when
                coalesce(role, 'contact') = 'contact'
                and (relationship is not null or legal_guardian is not null) then 'contact'
        end                                     as record_kind,
        case
            -- a school that sends its own files may leave the school's id out
            when $scope = 'school' and len(schools_sent) = 0
                then (select list(school_id order by school_id) from day.meta.schools)
            when len(schools_sent) = 1
                then if(schools_sent[1] in (select school_id from day.meta.schools), schools_sent, [])
            else list_sort(
                list_intersect(schools_sent, coalesce((select list(school_id) from day.meta.schools), []::varchar[]))
            )
        end                                     as school_ids
    from worded
),

-- what each row is known by: its sourcedId, or the student's number where the district's settings say so
keyed as (
    select
        * replace (if($student_id = 'identifier' and record_kind = 'student', identifier, sourced_id) as sourced_id),
        if($student_id = 'identifier' and record_kind = 'student', sourced_id, null) as sent_id
    from kinds
),

refused_schools as (
    select line
    from day.oneroster.cell_states
    where file = 'users.csv' and field = 'org_sourced_ids' and state = 'unreadable'
),

-- what is wrong with a row by itself
judged as (
    select
        *,
        case
            when coalesce(sourced_id, role_sent, given_name, family_name) is null then 'row_blank'
            when sourced_id is null then 'key_missing'
            when is_inactive then 'status_inactive'
            when record_kind is null and role_sent is null then 'role_missing'
            when record_kind is null then 'role_unknown'
            when is_status_unknown then 'status_unknown'
            when given_name is null and family_name is null then 'name_missing'
            when record_kind <> 'contact' and $scope = 'district' and len(schools_sent) = 0 then 'school_missing'
            when record_kind <> 'contact' and line in (select line from refused_schools) then 'school_unreadable'
            -- a school is not all that a district has: its own office is of orgs.csv
            when
                record_kind <> 'contact'
                and len(school_ids) = 0
                and not (record_kind = 'staff' and list_has_any(schools_sent, $district_orgs::varchar[]))
                then 'other_school'
        end                                     as own_reason
    from keyed
)

select
    line,
    sourced_id,
    coalesce($student_id = 'identifier' and record_kind = 'student', false) as by_number,
    sent_id,
    record_kind,
    -- what was sent for a role that is none is kept for the finding
    case
        when record_kind is null then role_as_sent
        when role_sent <> 'contact' or record_kind <> 'contact' then role_sent
    end                                         as role,
    if(record_kind = 'contact', []::varchar[], school_ids) as school_ids,
    -- columns of users: {field},
    given_name,
    family_name,
    middle_name,
    identifier,
    username,
    email,
    sms,
    phone,
    grades,
    language,
    enabled_user,
    -- end of columns
    agent_ids,
    relationship,
    legal_guardian,
    if(record_kind = 'staff' and contact_role in ('parent', 'guardian', 'relative'), contact_role, null)
        as contact_role,
    case
        when own_reason is null then 'accepted'
        when own_reason in ('other_school', 'row_blank', 'status_inactive') then 'excluded'
        else 'rejected'
    end                                         as verdict,
    own_reason                                  as reason
from judged
