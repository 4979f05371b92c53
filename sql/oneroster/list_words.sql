-- oneroster.words: lists of schools and of contacts that are not written as ids with commas between them: with
-- semicolons, bars or spaces, in braces or brackets. A semicolon or bar stands in no id; any other sign parts a list
-- only where all its parts are known, and is refused where only some of them are.
-- grain: kind, sent
-- reads: raw.users, raw.contacts, raw.guardians, meta.schools
insert into day.oneroster.words by name
with sent as (
    select distinct 'schools' as kind, trim(org_sourced_ids, ' "') as sent
    from day.raw.users
    where regexp_matches(trim(org_sourced_ids, ' "'), '[^\pL\pN,._@ -]|[^, ] +[^, ]')
    union all
    select distinct 'agents' as kind, trim(agent_sourced_ids, ' "') as sent
    from day.raw.users
    where regexp_matches(trim(agent_sourced_ids, ' "'), '[^\pL\pN,._@ -]|[^, ] +[^, ]')
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
    where exists (select 1 from sent)
    union
    select 'agents' as kind, trim(contact_sourced_id) as id
    from day.raw.contacts
    where exists (select 1 from sent)
    union
    select 'agents' as kind, trim(guardian_sourced_id) as id
    from day.raw.guardians
    where exists (select 1 from sent)
),

judged as (
    select
        parts.kind,
        parts.sent,
        parts.element,
        bool_or(position = 1 and ids.id is not null) as is_known,
        count(*) filter (where position > 1 and part <> '') as parts,
        count(*) filter (where position > 1 and ids.id is not null) as known_parts,
        list(part order by position) filter (where position > 1 and part <> '') as of_parts
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
        bool_or(not is_known and parts > 1 and known_parts between 1 and parts - 1) as is_refused
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
