-- contacts.csv from Clever's set: a row per contact and student. A contact has a row for each number: the mobile one is
-- where texts go.
-- grain: contactSourcedId, studentSourcedId
-- reads: raw.contact_rows
select
    contact_id                                  as "contactSourcedId",
    student_id                                  as "studentSourcedId",
    min_by(relationship, line)                  as relationship,
    min_by(given_name, line)                    as "givenName",
    min_by(family_name, line)                   as "familyName",
    min_by(email, line)                         as email,
    min_by(number, line) filter (where is_mobile) as sms,
    min_by(number, line) filter (where not is_mobile) as phone,
    min_by(role, line)                          as "guardianRole",
    'students.csv'                              as "sentFile",
    min(line)                                   as "sentLine"
from day.raw.contact_rows
group by contact_id, student_id
order by min(line)
