-- the e-mail address of a student, from the student's own entry among the people
student_emails as (
    select
        students.dcid                           as student_dcid,
        email_addresses.email_address
    from students
    join email_addresses on email_addresses.person_id = students.person_id
),
