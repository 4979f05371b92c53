-- staff who work at a school today: teachers (staff status 1) and other staff (2), not lunch staff or substitutes.
-- School 0 is the district's office, 999999 the graduates.
staff_schools as (
    select
        schoolstaff.users_dcid,
        schoolstaff.schoolid                    as school_id,
        min(schoolstaff.staffstatus)            as staff_status
    from schoolstaff
    where
        schoolstaff.status = 1
        and schoolstaff.staffstatus in (1, 2)
        and schoolstaff.schoolid not in (0, 999999)
    group by
        schoolstaff.users_dcid,
        schoolstaff.schoolid
),
