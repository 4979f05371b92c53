-- the legal-guardian flag with the pair of contact and student, on servers whose key column ends in DCID
legal_guardian_flags as (
    select
        studentcontactassoccorefields.studentcontactassocdcid as association_id,
        max(
            case
                when lower(to_char(studentcontactassoccorefields.legalguardian)) in ('1', 'true', 'y') then 1
                else 0
            end
        )                                       as is_legal_guardian
    from studentcontactassoccorefields
    group by studentcontactassoccorefields.studentcontactassocdcid
),
