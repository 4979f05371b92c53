-- guardians.sources: what a row that names a contact and a student can be, from the strongest to the weakest. Of a pair
-- only the rows of its strongest source are judged. `named` is the bit by which roster.link_support knows such a row; 0
-- where it does not count as naming the two.
-- grain: position
create or replace view day.guardians.sources as
select sources.* from (
    values
    -- while a pair has a row that was left out for an error, it is not linked, and a link of it is not archived
    (1, 'contacts_left_out', 'contacts.csv', null, 0),
    (2, 'guardians_left_out', 'guardians.csv', null, 0),
    -- made to say what a contact is to a student
    (3, 'contacts_facts', 'contacts.csv', null, 4),
    -- the columns relationship and legalGuardian; of a contact that only the student names, what all its rows say
    (4, 'contact_facts', 'users.csv', 'contact', 1),
    (5, 'contact_facts_for_student', 'users.csv', 'student', 2),
    -- a role that a person has set for this student; facts about the two come before it
    (6, 'guardians_facts', 'guardians.csv', null, 8),
    -- the column role: it is the contact's, whoever the student is
    (7, 'contact_role', 'users.csv', 'contact', 1),
    (8, 'contact_role_for_student', 'users.csv', 'student', 2),
    -- rows that say only that the two belong together
    (9, 'contacts_bare', 'contacts.csv', null, 4),
    (10, 'guardians_bare', 'guardians.csv', null, 8),
    (11, 'contact_bare', 'users.csv', 'contact', 1),
    (12, 'student_bare', 'users.csv', 'student', 2)
) as sources (position, source, file, named_by, named)
