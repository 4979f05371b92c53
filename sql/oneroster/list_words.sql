-- oneroster.words: lists of schools and of contacts that are not written as ids with commas between them: with
-- semicolons, bars or spaces, in braces or brackets, with a word for nothing. A semicolon or bar stands in no id; any
-- other sign parts a list only where all its parts are known, and is refused where only some of them are. What no id
-- can be is refused; and two known schools with a sign of ids between them, which may be a list or a third school.
-- grain: kind, sent
-- reads: raw.users, raw.contacts, raw.guardians, meta.schools
insert into day.oneroster.words by name
with sent as (
    select 'schools' as kind, sent
    from (select distinct trim(org_sourced_ids, ' "') as sent from day.raw.users)
    where
        regexp_matches(sent, '[^\pL\pN, ]|[^, ] +[^, ]')
        or list_has_any(string_split(lower(sent), ','), $placeholders)
    union all
    select 'agents' as kind, sent
    from (select distinct trim(agent_sourced_ids, ' "') as sent from day.raw.users)
    where
        regexp_matches(sent, '[^\pL\pN,._@ -]|[^, ] +[^, ]|(^|,)[._@-]+(,|$)')
        or list_has_any(string_split(lower(sent), ','), $placeholders)
),

elements as (
    select distinct kind, sent, trim(element, $brackets) as element
    from (select kind, sent, unnest(regexp_split_to_array(trim(sent, $brackets), '[,;|]')) as element from sent)
    where trim(element, $brackets) <> ''
),

parts as (
    select
        kind,
        sent,
        element,
        unnest(parts)                           as part,
        generate_subscripts(parts, 1)           as position
    -- the element as a whole comes first
    from (select *, list_prepend(element, string_split_regex(element, '[^\pL\pN_@-]+')) as parts from elements)
),

ids as (
    select 'schools' as kind, school_id as id
    from day.meta.schools
    union
    select 'agents' as kind, trim(sourced_id) as id
    from day.raw.users
    where exists (select 1 from sent where sent.kind = 'agents')
    union
    select 'agents' as kind, trim(contact_sourced_id) as id
    from day.raw.contacts
    where exists (select 1 from sent where sent.kind = 'agents')
    union
    select 'agents' as kind, trim(guardian_sourced_id) as id
    from day.raw.guardians
    where exists (select 1 from sent where sent.kind = 'agents')
),

judged as (
    select
        parts.kind,
        parts.sent,
        parts.element,
        bool_or(position = 1 and ids.id is not null) as is_known,
        count(*) filter (where position > 1 and part <> '') as parts,
        count(*) filter (where position > 1 and ids.id is not null) as known_parts,
        list(part order by position) filter (where position > 1 and part <> '') as of_parts,
        -- what no id can be
        is_spreadsheet_value(parts.element)
        or not regexp_matches(parts.element, '[\pL\pN]')
        or regexp_matches(parts.element, '[^\pL\pN._@/ -]') as is_odd,
        -- two known schools with a sign of ids between them
        parts.kind = 'schools'
        and len(string_split_regex(parts.element, '[._@-]+')) > 1
        and list_has_all(
            (select list(school_id) from day.meta.schools), string_split_regex(parts.element, '[._@-]+')
        )                                       as may_be_two
    from parts
    left join ids on parts.kind = ids.kind and parts.part = ids.id
    group by parts.kind, parts.sent, parts.element
),

meant as (
    select
        kind,
        sent,
        string_agg(
            if(not is_known and parts > 1 and known_parts = parts, array_to_string(of_parts, ','), element), ','
            order by element
        ) filter (where is_known or not list_contains($placeholders, lower(element))) as meant,
        bool_or(
            not is_known
            and not list_contains($placeholders, lower(element))
            and (
                (parts > 1 and known_parts between 1 and parts - 1)
                or (is_odd and not (parts > 1 and known_parts = parts))
                or may_be_two
            )
        )                                       as is_refused
    from judged
    group by kind, sent
)

select
    sent.kind,
    sent.sent,
    coalesce(meant.meant, '')                   as meant,
    if(coalesce(meant.is_refused, false), 'refused', 'mapped') as state
from sent
left join meant on sent.kind = meant.kind and sent.sent = meant.sent
where meant.meant is distinct from sent.sent or meant.is_refused
