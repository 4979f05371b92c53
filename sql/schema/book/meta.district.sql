-- meta.district: the district whose roster this is.
-- grain: one row
create table if not exists book.meta.district (
    district varchar not null       -- the name of its folder; a roster that lies in another one is refused
);
