-- roster.users: whether the district sent somebody as enabled. What it sent before is not known.
-- reads: book.roster.users
alter table book.roster.users add column enabled_user varchar
