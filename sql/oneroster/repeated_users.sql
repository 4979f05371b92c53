-- oneroster.user_rows: of the good rows of an id that stands there several times, what they say of the person. Rows
-- that say the same are row_repeated; those of two people are id_repeated; those that differ count in turn.
-- grain: line
-- reads: oneroster.user_rows, raw.users
update day.oneroster.user_rows as rows
set
    verdict = case
        when decided.reason is null then 'accepted'
        when decided.reason = 'row_repeated' then 'excluded'
        else 'rejected'
    end,
    reason = decided.reason,
    turn = if(decided.reason is null, decided.turn, null)
from (
    with good as (
        select rows.*, raw.org_sourced_ids
        from day.oneroster.user_rows as rows
        inner join day.raw.users as raw on rows.line = raw.line
        where
            rows.verdict = 'accepted'
            and (rows.sourced_id, rows.by_number) in (
                select (sourced_id, by_number)
                from day.oneroster.user_rows
                where verdict = 'accepted'
                group by sourced_id, by_number
                having count(*) > 1
            )
    ),

    -- what they say of the person, and of the person's links
    repeated_rows as (
        select
            line,
            sourced_id,
            by_number,
            -- a row per school of a person, and a row per student of a contact, are the same person
            if(record_kind = 'contact', 'contact', role) as kind,
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
                language,
                enabled_user
                -- end of columns
            )                                       as person,
            hash(role, org_sourced_ids, agent_ids, relationship, legal_guardian, contact_role) as links
        from good
    ),

    -- whose rows differ: the fullest row counts first, and of those the first by its values, whatever their order
    differing as (
        select
            line,
            sourced_id,
            by_number,
            name_words(given_name)                  as given,
            name_words(family_name)                 as family,
            row_number() over turns                 as turn,
            first_value(given) over turns           as first_given,
            first_value(family) over turns          as first_family
        from good
        where
            (sourced_id, by_number) in (
                select (sourced_id, by_number)
                from repeated_rows
                group by sourced_id, by_number
                having count(distinct person) > 1
            )
        window turns as (
            partition by sourced_id, by_number
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
                + (enabled_user is null)::int
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
                enabled_user,
                -- end of columns
                line
        )
    ),

    repeated as (
        select
            repeated_rows.line,
            min(repeated_rows.line) over (partition by sourced_id, by_number, kind, person, links) as first_same_line,
            differing.turn,
            count(distinct kind) over (partition by sourced_id, by_number) > 1
            -- two people under one id: their given names, or their family names, have no word in common
            or coalesce(bool_or(
                (len(given) > 0 and len(first_given) > 0 and not list_has_any(given, first_given))
                or (len(family) > 0 and len(first_family) > 0 and not list_has_any(family, first_family))
            ) over (partition by sourced_id, by_number), false) as contradicts
        from repeated_rows
        left join differing using (line, sourced_id, by_number)
    )

    select
        line,
        turn,
        case
            when contradicts then 'id_repeated'
            when line > first_same_line then 'row_repeated'
        end                                     as reason
    from repeated
) as decided
where rows.line = decided.line and (decided.reason is not null or decided.turn is not null)
