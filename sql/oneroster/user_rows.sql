-- oneroster.user_rows: each row of users.csv, trimmed and split, with its verdict.
-- grain: line
-- reads: raw.users, meta.schools, oneroster.words
insert into day.oneroster.user_rows by name
with blanked as (
    -- the tests are dear, and most files have neither a placeholder nor an odd list
    select
        *,
        false                                   as schools_refused,
        false                                   as agents_refused
    from day.raw.users
    where not $has_oddities
    union all
    select
        raw.* replace (
            coalesce(schools.meant, trim(org_sourced_ids, ' "')) as org_sourced_ids,
            case
                when list_contains($placeholders, lower(trim(agent_sourced_ids, ' "'))) then ''
                else coalesce(agents.meant, trim(agent_sourced_ids, ' "'))
            end                                 as agent_sourced_ids,
            name_of(given_name, family_name)    as given_name,
            name_of(family_name, given_name)    as family_name,
            -- Na and None are names, in the case of a name
            if(
                list_contains($placeholders, lower(trim(middle_name)))
                and (middle_name in (lower(middle_name), upper(middle_name))),
                '', middle_name
            )                                   as middle_name,
            if(list_contains($placeholders, lower(trim(identifier))), '', identifier) as identifier,
            if(list_contains($placeholders, lower(trim(username))), '', username) as username,
            if(list_contains($placeholders, lower(trim(email))), '', email) as email,
            if(list_contains($placeholders, lower(trim(sms))), '', sms) as sms,
            if(list_contains($placeholders, lower(trim(phone))), '', phone) as phone,
            if(list_contains($placeholders, lower(trim(relationship))), '', relationship) as relationship
        ),
        coalesce(schools.state = 'refused', false) as schools_refused,
        coalesce(agents.state = 'refused', false) as agents_refused
    from day.raw.users as raw
    left join day.oneroster.words as schools
        on trim(org_sourced_ids, ' "') = schools.sent and schools.kind = 'schools'
    left join day.oneroster.words as agents
        on trim(agent_sourced_ids, ' "') = agents.sent and agents.kind = 'agents'
    where $has_oddities
),

trimmed as (
    select
        line,
        nullif(trim(sourced_id), '')            as sourced_id,      -- text, never a number
        nullif(lower(trim(role)), '')           as role,
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
        nullif(trim(email), '')                 as email_sent,
        plain_email(email)                         as email,
        nullif(trim(if($mobile = 'phone', phone, sms), ' "'), '') as sms_sent,
        nullif(trim(if($mobile = 'phone', sms, phone), ' "'), '') as phone_sent,
        nullif(trim(grades, ' "'), '')          as grades_sent,
        nullif(trim(language, ' "'), '')        as language_sent,
        nullif(trim(relationship), '')          as relationship,
        yes_no(legal_guardian)                  as legal_guardian,
        nullif(trim(legal_guardian), '')        as legal_guardian_sent,
        schools_refused,
        agents_refused,
        is_inactive(status)                     as is_inactive
    from blanked
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
        coalesce(mobiles.meant, plain_phone(sms_bare, $plain_phone)) as sms,
        coalesce(phones.meant, plain_phone(phone_bare, $plain_phone)) as phone,
        if(grades.sent is null, bare.grades_sent, grades.meant) as grades,
        if(languages.sent is null, bare.language_sent, languages.meant) as language,
        -- making the list takes time, and nearly every row has no such cell
        if(
            (bare.email_sent is not null and bare.email is null)
            or (bare.sms_sent is not null and sms is null)
            or (bare.phone_sent is not null and phone is null)
            or agents_refused,
            list_filter([
                if(agents_refused, 'agent_sourced_ids', null),
                if(bare.email_sent is not null and bare.email is null, 'email', null),
                if(bare.sms_sent is not null and sms is null, 'sms', null),
                if(bare.phone_sent is not null and phone is null, 'phone', null)
            ], lambda name: name is not null),
            []::varchar[]
        )                                       as unreadable
    from bare
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
            when $scope = 'school' and len(schools_sent) = 0 then (select list(school_id) from day.meta.schools)
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
        * replace (if($student_id = 'identifier' and record_kind = 'student', identifier, sourced_id) as sourced_id)
    from kinds
),

repeated_ids as (
    select trim(sourced_id) as sourced_id
    from day.raw.users
    where $student_id = 'sourcedId' and trim(sourced_id) <> ''
    group by all
    having count(*) > 1
    union all
    select sourced_id
    from keyed
    where $student_id = 'identifier' and sourced_id is not null
    group by all
    having count(*) > 1
),

-- what is wrong with a row by itself
judged as (
    select
        *,
        case
            when coalesce(sourced_id, role_sent, given_name, family_name) is null then 'row_blank'
            when sourced_id is null then 'key_missing'
            when record_kind is null and role_sent is null then 'role_missing'
            when record_kind is null then 'role_unknown'
            when is_inactive then 'status_inactive'
            when given_name is null and family_name is null then 'name_missing'
            when record_kind <> 'contact' and $scope = 'district' and len(schools_sent) = 0 then 'school_missing'
            when record_kind <> 'contact' and schools_refused then 'school_unreadable'
            when record_kind <> 'contact' and len(school_ids) = 0 then 'other_school'
        end                                     as own_reason
    from keyed
),

-- the good rows of an id that stands there several times: what they say of the person, and of the person's links
repeated_rows as (
    select
        line,
        sourced_id,
        -- a row per school of a person, and a row per student of a contact, are the same person
        if(record_kind = 'contact', 'contact', role_sent) as kind,
        hash(
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
            language
            -- end of columns
        )                                       as person,
        hash(role_sent, schools_sent, agent_ids, relationship, legal_guardian) as links
    from judged
    where own_reason is null and sourced_id in (select sourced_id from repeated_ids)
),

-- whose rows differ: the fullest row counts first, and of those the first by its values, whatever their order
differing as (
    select
        line,
        sourced_id,
        name_words(given_name)                  as given,
        name_words(family_name)                 as family,
        row_number() over turns                 as turn,
        first_value(given) over turns           as first_given,
        first_value(family) over turns          as first_family
    from judged
    where
        own_reason is null
        and sourced_id in (select sourced_id from repeated_rows group by all having count(distinct person) > 1)
    window turns as (
        partition by sourced_id
        order by
            0
            -- columns of users: + ({field} is null)::int
            + (given_name is null)::int
            + (family_name is null)::int
            + (middle_name is null)::int
            + (identifier is null)::int
            + (username is null)::int
            + (email is null)::int
            + (sms is null)::int
            + (phone is null)::int
            + (grades is null)::int
            + (language is null)::int
            -- end of columns
            ,
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
            -- end of columns
            line
    )
),

repeated as (
    select
        repeated_rows.line,
        min(repeated_rows.line) over (partition by sourced_id, kind, person, links) as first_same_line,
        differing.turn,
        count(distinct kind) over (partition by sourced_id) > 1
        -- two people under one id: their given names, or their family names, have no word in common
        or coalesce(bool_or(
            (len(given) > 0 and len(first_given) > 0 and not list_has_any(given, first_given))
            or (len(family) > 0 and len(first_family) > 0 and not list_has_any(family, first_family))
        ) over (partition by sourced_id), false) as contradicts
    from repeated_rows
    left join differing using (line, sourced_id)
),

decided as (
    select
        judged.*,
        repeated.turn,
        coalesce(
            own_reason,
            case
                when repeated.contradicts then 'id_repeated'
                when judged.line > repeated.first_same_line then 'row_repeated'
            end
        )                                       as reason
    from judged
    left join repeated on judged.line = repeated.line
)

select
    line,
    sourced_id,
    record_kind,
    -- what was sent for a role that is none is kept for the finding
    if(role_sent = 'contact' and record_kind = 'contact', null, role_sent) as role,
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
    -- end of columns
    agent_ids,
    relationship,
    legal_guardian,
    legal_guardian_sent,
    unreadable,
    if(reason is null, turn, null)              as turn,
    case
        when reason is null then 'accepted'
        when reason in ('other_school', 'row_repeated', 'row_blank') then 'excluded'
        else 'rejected'
    end                                         as verdict,
    reason
from decided
