-- sync.syncs: the column fingerprint; null: a sync from before there was one.
alter table book.sync.syncs add column fingerprint varchar
