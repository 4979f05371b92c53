-- no legal-guardian flag: for districts that do not use it, the relationship alone counts
legal_guardian_flags as (
    select
        studentcontactassoc.studentcontactassocid as association_id,
        0                                       as is_legal_guardian
    from studentcontactassoc
),
