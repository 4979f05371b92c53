-- roster.guardian_links: the column file; null: the link comes from users.csv, as all did before this version.
alter table book.roster.guardian_links add column file varchar
