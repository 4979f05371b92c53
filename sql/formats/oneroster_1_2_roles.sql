-- raw.roles_in_force: see sql/schema/formats/raw.roles_in_force.sql. Roles that have ended or are to come do not count.
-- A word that is none of the standard's is left as it is, so that it is told of.
-- grain: user_id
-- reads: raw.roles
insert into day.raw.roles_in_force by name
with said as (
    select
        line,
        trim(user_sourced_id)                   as user_id,
        lower(trim(role))                       as word,
        coalesce(lower(trim(role_type)), '') <> 'secondary' as is_primary,
        nullif(trim(org_sourced_id), '')        as org_id
    from day.raw.roles
    where
        trim(user_sourced_id) <> ''
        and not is_inactive(status)
        and coalesce(lower(trim(status)), '') <> 'tobedeleted'
        and coalesce(try_cast(trim(begin_date) as date) <= $today::date, true)
        and coalesce(try_cast(trim(end_date) as date) > $today::date, true)
),

meant as (
    select
        * exclude (word),
        case
            when
                word in ('districtadministrator', 'siteadministrator', 'systemadministrator', 'principal')
                then 'administrator'
            when word = 'counselor' then 'aide'
            else word
        end                                     as role,
        case
            when role = 'student' then 1
            when role in ('teacher', 'administrator', 'aide', 'proctor') then 2
            when role in ('parent', 'guardian', 'relative') then 3
            else 4
        end                                     as kind
    from said
    where word <> ''
),

ranked as (
    select
        *,
        min(kind) over (partition by user_id)   as kind_that_counts,
        struct_pack(
            not_primary := not is_primary,
            place := coalesce(
                list_position(['teacher', 'administrator', 'aide', 'proctor', 'guardian', 'parent', 'relative'], role),
                99
            ),
            line := line
        )                                       as rank
    from meant
)

select
    user_id,
    min_by(role, rank) filter (where kind = kind_that_counts) as role,
    min_by(role, rank) filter (where kind = 3 and kind_that_counts = 2) as contact_role,
    string_agg(distinct org_id, ',' order by org_id) filter (where kind = kind_that_counts) as org_ids
from ranked
group by user_id
