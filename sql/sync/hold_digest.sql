-- the digest of a hold: names the withheld set (record type, id, operation), the same every night if nothing moved.
-- grain: one row; null where nothing is withheld
-- reads: sync.plan
select
    sha256(string_agg(record_type || ' ' || roster_id || ' ' || operation, chr(10) order by record_type, roster_id))
        as hold_digest
from day.sync.plan
where withheld
