-- sync.syncs: the column decisions; none had been recorded before this version.
alter table book.sync.syncs add column decisions integer default 0
