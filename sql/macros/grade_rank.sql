-- grade_rank(grade): where a grade of the standard (CEDS, Entry Grade Level) is on the way through school; null for the
-- grades without a place on it: 13, PS, UG, Other, and lists of several grades.
create macro grade_rank(grade) as
list_position(
    [
        'IT', 'PR', 'PK', 'TK', 'KG', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'
    ]::varchar[],
    grade
)
