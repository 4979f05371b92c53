-- the digest of a hold: names the withheld set (record type, id, operation), the same every night if nothing moved.
-- grain: one row; null where nothing is withheld
-- reads: sync.users, sync.classes, sync.enrollments, sync.guardian_links
select
    sha256(string_agg(record_type || ' ' || roster_id || ' ' || operation, chr(10) order by record_type, roster_id))
        as hold_digest
from (
    select record_type, roster_id, operation from day.sync.users where withheld
    union all
    select 'classes' as record_type, roster_id, operation from day.sync.classes where withheld
    union all
    select 'enrollments' as record_type, roster_id, operation from day.sync.enrollments where withheld
    union all
    select 'guardian_links' as record_type, roster_id, operation from day.sync.guardian_links where withheld
)
