-- the files of the delivery.
-- grain: file
-- reads: meta.delivery, meta.files
select
    delivery.number,
    files.file,
    files.name,
    files.size,
    files.modified_at,
    files.sha256
from day.meta.delivery as delivery
cross join day.meta.files as files
order by files.file
