-- sync.counts: how many records were active and not reported. Earlier syncs did not count them.
-- reads: book.sync.counts
alter table book.sync.counts add column not_reported bigint default 0
