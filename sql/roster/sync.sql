-- sync.syncs: the sync itself.
-- grain: number
-- reads: sync.verdict, meta.delivery
insert into book.sync.syncs by name
select
    $sync                                       as number,
    'day'                                       as kind,
    $sync_date::date                            as sync_date,
    verdict.outcome,
    verdict.initial,
    verdict.baseline_sync,
    (select number from day.meta.delivery)      as delivery_number,
    (select sha256 from day.meta.delivery)      as delivery_sha256,
    verdict.hold_digest,
    $recorded_at::timestamptz                   as recorded_at
from day.sync.verdict as verdict
