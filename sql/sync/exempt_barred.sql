-- sync.exempt: links that go because the pair is barred: no hold keeps a barred person linked.
-- grain: record_type, roster_id
-- reads: sync.guardian_links
insert into day.sync.exempt by name
select
    'guardian_links'    as record_type,
    roster_id
from day.sync.guardian_links
where barred and operation = 'archive'
