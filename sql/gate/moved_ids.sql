-- sync.holds: too many updates, most of them because the ids moved: the words and the answer are about ids.
-- reads: sync.subjects
update day.sync.holds
set code = 'ids_moved'
where
    code = 'update_limit'
    and record_type in (
        select record_type
        from day.sync.subjects
        where operation = 'update' and not exempt
        group by record_type
        having count(*) filter (where list_contains(changed, 'sourcedId')) * 2 > count(*)
    )
