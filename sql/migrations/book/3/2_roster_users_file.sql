-- roster.users: the column file; null: the person comes from users.csv, as all did before this version.
alter table book.roster.users add column file varchar
