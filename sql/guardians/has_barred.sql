-- whether anybody is barred from a student.
-- grain: one row
-- reads: guardians.guardians, guardians.blocked
select
    exists (select 1 from day.guardians.blocked)
    or exists (select 1 from day.guardians.guardians where is_barred) as has_barred
