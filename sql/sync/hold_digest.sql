-- the digest of a hold: names the withheld set by the ids of the district, the same every night if nothing moved.
-- grain: one row; null where nothing is withheld
-- reads: sync.identified
select
    sha256(
        string_agg(
            record_type || ' ' || operation || ' ' || key || ' ' || content,
            chr(10) order by record_type, key, operation, content
        )
    ) as hold_digest
from day.sync.identified
where withheld
