-- who is a contact of a student today: one row per contact and student, with what decides the role.
-- StudentContactDetail is a history: its one active row may be of the future or of the past all the same.
associations as (
    select
        studentcontactassoc.studentcontactassocid as association_id,
        studentcontactassoc.personid            as person_id,
        students.dcid                           as student_dcid,
        studentcontactassoc.contactpriorityorder as priority,
        coalesce(studentcontactassoc.contactpriorityorder, 99) as place_in_line,
        case when lower(trim(codeset.code)) <> 'not set' then trim(codeset.code) end as relationship_code,
        -- what the screens show in place of the code; districts name both as they like, and rules know either
        trim(codeset.displayvalue)              as relationship_display,
        case
            when lower(trim(codeset.code)) in ('mother', 'father') then 1
            when lower(trim(codeset.displayvalue)) in ('mother', 'father') then 1
            else 0
        end                                     as is_mother_or_father,
        coalesce(legal_guardian_flags.is_legal_guardian, 0) as is_legal_guardian,
        coalesce(studentcontactdetail.iscustodial, 0) as is_custodial,
        coalesce(studentcontactdetail.isemergency, 0) as is_emergency,
        coalesce(studentcontactdetail.liveswithflg, 0) as lives_with,
        studentcontactdetail.studentcontactdetailid as detail_id
    from studentcontactassoc
    join students on students.dcid = studentcontactassoc.studentdcid
    join person on person.id = studentcontactassoc.personid
    join studentcontactdetail
        on studentcontactdetail.studentcontactassocid = studentcontactassoc.studentcontactassocid
    cross join today
    left join codeset on codeset.codesetid = studentcontactdetail.relationshiptypecodesetid
    left join legal_guardian_flags
        on legal_guardian_flags.association_id = studentcontactassoc.studentcontactassocid
    where
        students.enroll_status = 0
        and students.schoolid not in (0, 999999)
        and coalesce(person.isactive, 1) = 1
        -- a student has a person of its own, which is no contact
        and studentcontactassoc.personid <> coalesce(students.person_id, -1)
        and studentcontactdetail.isactive = 1
        and (studentcontactdetail.startdate is null or studentcontactdetail.startdate <= today.this_day)
        and (studentcontactdetail.enddate is null or studentcontactdetail.enddate >= today.this_day)
),

ruled_associations as (
    select
        associations.*,
        case
            when associations.is_legal_guardian = 1 then 'guardian'
            when associations.is_mother_or_father = 1 then 'parent'
        end                                     as role,
        -- a student may have one contact in two rows: the row that says most counts
        row_number() over (
            partition by associations.person_id, associations.student_dcid
            order by
                associations.is_legal_guardian desc,
                associations.is_mother_or_father desc,
                associations.place_in_line,
                associations.detail_id
        )                                       as place
    from associations
),

contact_links as (
    select
        ruled_associations.person_id,
        ruled_associations.student_dcid,
        ruled_associations.priority,
        ruled_associations.place_in_line,
        ruled_associations.relationship_code,
        ruled_associations.relationship_display,
        ruled_associations.is_legal_guardian,
        ruled_associations.is_custodial,
        ruled_associations.is_emergency,
        ruled_associations.lives_with,
        ruled_associations.role,
        -- PowerSchool knows the language of a home by the children
        min(ruled_associations.student_dcid) over (partition by ruled_associations.person_id) as first_student_dcid
    from ruled_associations
    where ruled_associations.place = 1
),
