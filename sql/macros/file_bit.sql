-- file_bit(file): the bit of a file that speaks of contacts, in the sums of roster.guardian_support;
-- null of any other file
create macro file_bit(file) as
case file when 'users.csv' then 1 when 'contacts.csv' then 2 when 'guardians.csv' then 4 end
