-- the sections of the school year that is under way, or that begins within 30 days, and the students in them today.
-- A year's terms have the numbers from its own up to 99 more.
years as (
    select
        terms.schoolid                          as school_id,
        terms.id                                as year_id
    from terms
    cross join today
    where
        terms.portion = 1
        and terms.firstday <= today.this_day + 30
        and terms.lastday >= today.this_day
),

sections_here as (
    select
        sections.id                             as section_id,
        sections.schoolid                       as school_id,
        sections.teacher                        as lead_id,
        sections.course_number,
        sections.section_number,
        coalesce(trim(sections.external_expression), sections.expression) as expression,
        sections.room
    from sections
    join years
        on
            years.school_id = sections.schoolid
            and sections.termid between years.year_id and years.year_id + 99
    where sections.schoolid not in (0, 999999)
),

-- PowerSchool turns the signs of a dropped enrollment; of one that never began, the day of leaving is not after the
-- first; one without a day of leaving goes on
section_students as (
    select
        sections_here.section_id,
        sections_here.school_id,
        students.dcid                           as student_dcid,
        students.grade_level,
        min(cc.dateenrolled)                    as first_day,
        -- the day of leaving is the first day without the class; with a stint that has none, there is no end
        case when count(*) = count(cc.dateleft) then max(cc.dateleft) end as left_on
    from cc
    join sections_here on sections_here.section_id = cc.sectionid
    join students on students.id = cc.studentid
    cross join today
    where
        cc.termid > 0
        and (
            cc.dateleft is null
            or (cc.dateleft > cc.dateenrolled and cc.dateleft > today.this_day)
        )
        and students.enroll_status = 0
        and students.schoolid not in (0, 999999)
    group by
        sections_here.section_id,
        sections_here.school_id,
        students.dcid,
        students.grade_level
),
