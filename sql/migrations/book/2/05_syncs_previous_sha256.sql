-- sync.syncs: the column previous_sha256; null: there was no ledger before this version.
alter table book.sync.syncs add column previous_sha256 varchar
