-- sync.sources: see sql/schema/day/sync.sources.sql. A column about guardians tells something once a cell of it does:
-- one that was always blank is not missed.
-- grain: file, field
-- reads: raw.columns, oneroster.user_rows, oneroster.contacts, oneroster.guardians, book.roster.sources
insert into day.sync.sources by name
with sent as (
    select distinct file, field
    from day.raw.columns
    where state = 'used'
),

blank as (
    select
        'users.csv'                             as file,
        unnest(list_filter([
            if(count(relationship) = 0, 'relationship', null),
            if(count(legal_guardian) = 0, 'legal_guardian', null)
        ], lambda name: name is not null))      as field
    from day.oneroster.user_rows
    union all
    select
        'contacts.csv'                          as file,
        unnest(list_filter([
            if(count(relationship) = 0, 'relationship', null),
            if(count(relationship_display) = 0, 'relationship_display', null),
            if(count(legal_guardian) = 0, 'legal_guardian', null),
            if(count(priority) = 0, 'priority', null),
            if(count(lives_with) = 0, 'lives_with', null),
            if(count(emergency) = 0, 'emergency', null),
            if(count(no_contact) = 0, 'no_contact', null),
            if(count(custody) = 0, 'custody', null)
        ], lambda name: name is not null))      as field
    from day.oneroster.contacts
    union all
    select
        'guardians.csv'                         as file,
        unnest(list_filter([
            if(count(relationship) = 0, 'relationship', null),
            if(count(legal_guardian) = 0, 'legal_guardian', null),
            if(count(no_contact) = 0, 'no_contact', null)
        ], lambda name: name is not null))      as field
    from day.oneroster.guardians
),

known as (
    select file, field, silent_since
    from book.roster.sources
    where in_force(since_sync, until_sync, $baseline)
),

retired as (
    select
        unnest($retired_files::varchar[])       as file,
        unnest($retired_fields::varchar[])      as field,
        unnest($retired_on::date[])             as retired_on
),

joined as (
    select
        file,
        field,
        sent.file is not null                   as is_sent,
        known.file is null                      as is_new,
        known.silent_since
    from sent
    full join known using (file, field)
)

select
    joined.file,
    joined.field,
    case
        when joined.is_sent then 'said'
        when exists (
            select 1
            from retired
            where
                retired.file = joined.file
                and (retired.field is null or retired.field = joined.field)
                -- it ends when the source comes back
                and joined.silent_since <= retired.retired_on
        ) then 'retired'
        when list_contains($deltas, joined.file) then 'unsaid'
        else 'absent'
    end                                         as state,
    joined.is_new,
    case
        when joined.is_sent then null
        when list_contains($deltas, joined.file) then joined.silent_since
        else coalesce(joined.silent_since, $sync_date::date)
    end                                         as silent_since
from joined
anti join blank on joined.is_new and joined.file = blank.file and joined.field = blank.field
