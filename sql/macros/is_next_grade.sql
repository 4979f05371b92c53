-- is_next_grade(before, after): whether a student of grade `before` is one step up in grade `after`. Before
-- kindergarten some steps may be skipped: not every district has preschool and transitional kindergarten.
create macro is_next_grade(before, after) as
grade_rank(after) = grade_rank(before) + 1
or (
    after in ('PK', 'TK', 'KG')
    and before in ('IT', 'PR', 'PK', 'TK')
    and grade_rank(after) > grade_rank(before)
)
