-- sync.syncs: the column leads_to; there was no undo before this version.
alter table book.sync.syncs add column leads_to integer
