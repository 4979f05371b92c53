-- the digest of a hold: names its causes with all that they stop, the same every night if nothing moved.
-- grain: one row; null where nothing is withheld
-- reads: sync.causes
select sha256(string_agg(digest, chr(10) order by digest)) as hold_digest
from day.sync.causes
