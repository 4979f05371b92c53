-- the e-mail address of a student, from the gradebook's contacts, where older servers keep it
student_emails as (
    select
        sync_studentmap.studentsdcid            as student_dcid,
        min(psm_studentcontact.email)           as email_address
    from sync_studentmap
    join psm_studentcontact on psm_studentcontact.studentid = sync_studentmap.studentid
    join psm_studentcontacttype on psm_studentcontacttype.id = psm_studentcontact.studentcontacttypeid
    where psm_studentcontacttype.name = 'Self'
    group by sync_studentmap.studentsdcid
),
