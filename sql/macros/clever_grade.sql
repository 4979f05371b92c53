-- clever_grade(grade): a grade in Clever's words as the standard has it; any other word as it is
create macro clever_grade(grade) as
case lower(trim(grade))
    when 'infanttoddler' then 'IT'
    when 'preschool' then 'PR'
    when 'prekindergarten' then 'PK'
    when 'transitionalkindergarten' then 'TK'
    when 'kindergarten' then 'KG'
    when 'postgraduate' then 'PS'
    when 'ungraded' then 'UG'
    when 'other' then 'Other'
    else if(regexp_full_match(trim(grade), '[1-9]|1[0-3]'), lpad(trim(grade), 2, '0'), grade)
end
