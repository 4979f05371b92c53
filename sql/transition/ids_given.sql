-- the ids that sync $sync gave to things in place of others, as a renumbering does.
-- grain: roster_id
-- reads: book.roster.ids
select
    given.record_type,
    former.sourced_id,
    given.sourced_id            as new_id
from book.roster.ids as given
inner join book.roster.ids as former on given.roster_id = former.roster_id and given.since_sync = former.until_sync
where given.since_sync = $sync
order by given.roster_id
