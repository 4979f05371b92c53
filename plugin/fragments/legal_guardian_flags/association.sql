-- the legal-guardian flag, where PowerSchool keeps it with the pair of contact and student
legal_guardian_flags as (
    select
        studentcontactassoccorefields.studentcontactassocid as association_id,
        max(
            case
                when lower(to_char(studentcontactassoccorefields.legalguardian)) in ('1', 'true', 'y') then 1
                else 0
            end
        )                                       as is_legal_guardian
    from studentcontactassoccorefields
    group by studentcontactassoccorefields.studentcontactassocid
),
