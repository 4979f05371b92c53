-- allowed(base, percent, at_least): how many of `base` records a sync may change: the percentage of the base, rounded
-- down, and never fewer than `at_least`, so that a small school is not stopped by one family that moves away.
-- The 1e-9 is there because binary fractions miss some percentages by a hair: 2.3 % of 3,000 comes out as
-- 68.99999999999999, and 69 are allowed.
create macro allowed(base, percent, at_least) as
greatest(floor(base * percent / 100 + 1e-9)::bigint, at_least)
