-- who teaches or helps in a section today, and the staff who work at a school.
-- PowerSchool's own roles in a section have fixed keys, whatever a district calls them; a district's own roles are
-- known by their names. Class observers are no teachers.
section_roles as (
    select
        sections_here.section_id,
        sections_here.school_id,
        schoolstaff.users_dcid,
        sectionteacher.id                       as section_teacher_id,
        sectionteacher.start_date,
        sectionteacher.end_date,
        case
            when roledef.rolekey = 'com.pearson.powerschool.coteach.teacher.aide' then 'aide'
            when roledef.rolekey like 'com.pearson.powerschool.coteach.%' then 'teacher'
            when lower(roledef.name) like '%aide%' then 'aide'
            when lower(roledef.name) like '%paraprofessional%' then 'aide'
            else 'teacher'
        end                                     as role,
        case when sectionteacher.end_date < today.this_day then 0 else 1 end as is_current,
        case when sectionteacher.teacherid = sections_here.lead_id then 1 else 0 end as is_sections_teacher,
        case when roledef.rolekey = 'com.pearson.powerschool.coteach.primary.teacher' then 1 else 0 end
            as has_lead_role
    from sectionteacher
    join sections_here on sections_here.section_id = sectionteacher.sectionid
    join schoolstaff on schoolstaff.id = sectionteacher.teacherid
    left join roledef on roledef.id = sectionteacher.roleid
    cross join today
    where
        coalesce(roledef.rolekey, 'none') <> 'com.pearson.powerschool.coteach.class.observer'
        and schoolstaff.users_dcid in (
            select active_staff.users_dcid
            from schoolstaff active_staff
            where
                active_staff.status = 1
                and active_staff.schoolid not in (0, 999999)
        )
),

-- a section has one lead: whoever has that role today, else the section's own teacher, whose end date is often one of
-- another year
ranked_section_roles as (
    select
        section_roles.*,
        case
            when section_roles.has_lead_role = 1 and section_roles.is_current = 1 then 1
            else section_roles.is_sections_teacher
        end                                     as may_lead,
        row_number() over (
            partition by section_roles.section_id
            order by
                section_roles.has_lead_role * section_roles.is_current desc,
                section_roles.is_sections_teacher desc,
                section_roles.section_teacher_id
        )                                       as place
    from section_roles
),

section_staff as (
    select
        ranked_section_roles.section_id,
        ranked_section_roles.school_id,
        ranked_section_roles.users_dcid,
        case
            when ranked_section_roles.place = 1 and ranked_section_roles.may_lead = 1 then 'teacher'
            else ranked_section_roles.role
        end                                     as role,
        case when ranked_section_roles.place = 1 and ranked_section_roles.may_lead = 1 then 1 else 0 end as is_lead,
        ranked_section_roles.start_date,
        -- of a lead whose end date is over, the date says nothing
        case when ranked_section_roles.is_current = 1 then ranked_section_roles.end_date end as end_date
    from ranked_section_roles
    where
        ranked_section_roles.is_current = 1
        or (ranked_section_roles.place = 1 and ranked_section_roles.may_lead = 1)
),

people_in_sections as (
    select
        section_staff.users_dcid,
        -- teacher comes after aide in the alphabet too
        max(section_staff.role)                 as role
    from section_staff
    group by section_staff.users_dcid
),

-- teachers (staff status 1) and other staff (2); lunch staff, substitutes and those without a status only where they
-- have a section. School 0 is the district's office, 999999 the graduates.
staff_schools as (
    select
        schoolstaff.users_dcid,
        schoolstaff.schoolid                    as school_id,
        min(
            case
                when schoolstaff.staffstatus = 1 then 1
                when schoolstaff.staffstatus = 2 then 2
                when people_in_sections.role = 'teacher' then 1
                else 2
            end
        )                                       as staff_status
    from schoolstaff
    left join people_in_sections on people_in_sections.users_dcid = schoolstaff.users_dcid
    where
        schoolstaff.status = 1
        and (schoolstaff.staffstatus in (1, 2) or people_in_sections.users_dcid is not null)
        and schoolstaff.schoolid not in (0, 999999)
    group by
        schoolstaff.users_dcid,
        schoolstaff.schoolid
),
