-- guardians.sources: what a row that names a contact and a student can be, from the strongest to the weakest. Of a pair
-- only the rows of its strongest source are judged.
-- grain: position
create or replace view day.guardians.sources as
select sources.* from (
    values
    -- while a pair has a row that was left out for an error, it is not linked, and a link of it is not archived
    (1, 'contacts_left_out', 'contacts.csv', null),
    (2, 'guardians_left_out', 'guardians.csv', null),
    -- made to say what a contact is to a student
    (3, 'contacts_facts', 'contacts.csv', null),
    -- the columns relationship and legalGuardian; of a contact that only the student names, what all its rows say
    (4, 'contact_facts', 'users.csv', 'contact'),
    (5, 'contact_facts_for_student', 'users.csv', 'student'),
    -- a role that a person has set for this student; facts about the two come before it
    (6, 'guardians_facts', 'guardians.csv', null),
    -- the column role: it is the contact's, whoever the student is
    (7, 'contact_role', 'users.csv', 'contact'),
    (8, 'contact_role_for_student', 'users.csv', 'student'),
    -- rows that say only that the two belong together
    (9, 'contacts_bare', 'contacts.csv', null),
    (10, 'guardians_bare', 'guardians.csv', null),
    (11, 'contact_bare', 'users.csv', 'contact'),
    (12, 'student_bare', 'users.csv', 'student')
) as sources (position, source, file, named_by)
