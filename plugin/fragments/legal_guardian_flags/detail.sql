-- the legal-guardian flag, where PowerSchool keeps it with the details of the relationship
legal_guardian_flags as (
    select
        studentcontactdetail.studentcontactassocid as association_id,
        max(
            case
                when lower(to_char(studentcontactdetailcorefields.legalguardian)) in ('1', 'true', 'y') then 1
                else 0
            end
        )                                       as is_legal_guardian
    from studentcontactdetail
    join studentcontactdetailcorefields
        on studentcontactdetailcorefields.studentcontactdetailid = studentcontactdetail.studentcontactdetailid
    where studentcontactdetail.isactive = 1
    group by studentcontactdetail.studentcontactassocid
),
