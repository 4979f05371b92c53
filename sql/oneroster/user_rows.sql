-- oneroster.user_rows: each row of users.csv, trimmed and split, with its verdict.
-- grain: line
-- reads: raw.users, meta.schools
insert into day.oneroster.user_rows by name
with trimmed as (
    select
        line,
        nullif(trim(sourced_id), '')            as sourced_id,      -- text, never a number
        nullif(lower(trim(role)), '')           as role,
        list_filter(
            list_transform(string_split(coalesce(org_sourced_ids, ''), ','), lambda id: trim(id)),
            lambda id: id <> ''
        )                                       as schools_sent,
        list_distinct(list_filter(
            list_transform(string_split(coalesce(agent_sourced_ids, ''), ','), lambda id: trim(id)),
            lambda id: id <> ''
        ))                                      as agent_ids,
        nullif(trim(given_name), '')            as given_name,
        nullif(trim(family_name), '')           as family_name,
        nullif(trim(middle_name), '')           as middle_name,
        nullif(trim(identifier), '')            as identifier,
        nullif(trim(username), '')              as username,
        nullif(trim(email), '')                 as email,
        nullif(trim(sms), '')                   as sms,
        nullif(trim(phone), '')                 as phone,
        nullif(trim(grades), '')                as grades,
        nullif(trim(language), '')              as language,
        nullif(trim(relationship), '')          as relationship,
        case
            when lower(trim(legal_guardian)) in ('true', '1', 'y', 'yes') then true
            when lower(trim(legal_guardian)) in ('false', '0', 'n', 'no') then false
        end                                     as legal_guardian
    from day.raw.users
),

judged as (
    select
        * replace (
            -- a contact's role is worked out later where the row says how it is related instead
            case when role in ('parent', 'guardian', 'relative', 'student', 'teacher', 'aide', 'proctor', 'administrator')
                then role
            end as role
        ),
        role                                    as role_sent,
        case
            when role = 'student' then 'student'
            when role in ('teacher', 'aide', 'proctor', 'administrator') then 'staff'
            when role in ('parent', 'guardian', 'relative') then 'contact'
            when coalesce(role, 'contact') = 'contact'
                and (relationship is not null or legal_guardian is not null) then 'contact'
        end                                     as record_kind,
        -- a school that sends its own files may leave the school's id out
        if(
            $scope = 'school' and len(schools_sent) = 0,
            (select list(school_id) from day.meta.schools),
            list_sort(list_intersect(
                schools_sent, coalesce((select list(school_id) from day.meta.schools), []::varchar[])
            ))
        )                                       as school_ids,
        -- a contact's schools are its students', and differ from row to row
        hash(
            role, if(role in ('student', 'teacher', 'aide', 'proctor', 'administrator'), schools_sent, []), given_name, family_name, middle_name, identifier, username, email, sms, phone,
            grades, language
        )                                       as person,           -- the same for two rows that say the same of a person
        hash(agent_ids, relationship, legal_guardian) as links
    from trimmed
),

repeated as (
    select
        sourced_id,
        count(distinct person)                  as persons
    from judged
    where sourced_id is not null
    group by sourced_id
    having count(*) > 1
),

same_rows as (
    select
        judged.sourced_id,
        judged.person,
        judged.links,
        min(judged.line)                        as first_line
    from judged
    inner join repeated using (sourced_id)
    group by all
),

decided as (
    select
        judged.*,
        case
            when judged.sourced_id is null and judged.role_sent is null
                and judged.given_name is null and judged.family_name is null then 'row_blank'
            when judged.sourced_id is null then 'key_missing'
            when judged.record_kind is null and judged.role_sent is null then 'role_missing'
            when judged.record_kind is null then 'role_unknown'
            when judged.given_name is null and judged.family_name is null then 'name_missing'
            when judged.record_kind <> 'contact' and $scope = 'district' and len(judged.schools_sent) = 0
                then 'school_missing'
            when judged.record_kind <> 'contact' and len(judged.school_ids) = 0 then 'other_school'
            when repeated.persons > 1 then 'id_repeated'
            when judged.line > same_rows.first_line then 'row_repeated'
        end                                     as reason
    from judged
    left join repeated using (sourced_id)
    left join same_rows using (sourced_id, person, links)
)

select
    line,
    sourced_id,
    record_kind,
    coalesce(role, if(record_kind is null, role_sent, null)) as role,
    case when record_kind = 'contact' then []::varchar[] else school_ids end as school_ids,
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
    agent_ids,
    relationship,
    legal_guardian,
    case
        when reason is null then 'accepted'
        when reason in ('other_school', 'row_repeated', 'row_blank') then 'excluded'
        else 'rejected'
    end                                         as verdict,
    reason
from decided
