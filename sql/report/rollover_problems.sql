-- the schools that seem to roll over tonight, and what does not fit: `part` of `whole`.
--     students         too few of those who are expected to stay are in the files, and at this school
--     grades_year      too few are one step up from their grade before the rollover
--     grades_term      grades change in a term
--     classes          classes go, and far fewer come
--     schedules        classes are replaced, and students would have far fewer enrollments than before
--     again            classes that came within the dates would go again
-- grain: school_id
-- reads: sync.rollover, meta.schools
with judged as (
    select
        *,
        case
            when not (turns or grades_changing * 4 > students_staying or new_classes_going * 4 >= new_classes)
                then null
            when others_staying * 4 < others * 3 then 'students'
            when not people_fit and grades_changing * 4 > students_staying
                then if(top_rank is null, 'grades_term', 'grades_year')
            when turns and not waits and not schedules_fit and people_fit
                then if(load_after * 4 > load_before * 3, 'classes', 'schedules')
            when not turns and new_classes_going > 0 and new_classes_going * 4 >= new_classes then 'again'
        end                                     as problem
    from day.sync.rollover
)

select
    schools.name,
    judged.problem,
    case judged.problem
        when 'students' then judged.others_staying
        when 'grades_year' then judged.students_up
        when 'grades_term' then judged.grades_changing
        when 'classes' then judged.new_classes + judged.classes_coming
        when 'schedules' then judged.load_after
        else judged.new_classes_going
    end                                         as part,
    case judged.problem
        when 'students' then judged.others
        when 'grades_year' then judged.students
        when 'grades_term' then judged.students_staying
        when 'classes' then judged.classes_going
        when 'schedules' then judged.load_before
        else judged.new_classes
    end                                         as whole
from judged
inner join day.meta.schools as schools using (school_id)
where judged.problem is not null
order by schools.name, judged.school_id
