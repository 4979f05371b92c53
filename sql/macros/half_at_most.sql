-- half_at_most(base): how many of `base` records a sync may lose without a person's word, however small the district
-- and whatever its limits are: half of them, and of four or fewer two.
create macro half_at_most(base) as
greatest(base // 2, 2)
