-- sync.holds: every change, where the files are the same as those of an earlier delivery.
--     older_content    the delivery is not the last one but one before it
--     undone_content   the delivery is one that was undone
-- Runs only where one of the two is so.
-- grain: record_type, code
-- reads: sync.measured
insert into day.sync.holds by name
with causes as (
    select 'older_content' as code
    where $content_is_older
    union all
    select 'undone_content' as code
    where $content_is_undone
)

select
    measured.record_type,
    causes.code,
    measured.changes,
    0                                           as allowed,
    measured.base
from day.sync.measured as measured
cross join causes
where measured.school_id is null and measured.grade is null and measured.changes > 0
