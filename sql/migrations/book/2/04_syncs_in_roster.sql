-- sync.syncs: the column in_roster; every sync was entered by itself before this version.
alter table book.sync.syncs add column in_roster boolean default true
