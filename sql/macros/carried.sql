-- carried(support, complete): of the sources that said something before, those that cannot speak tonight: what they
-- said still counts.
create macro carried(support, complete) as
if(support & 63 & ~complete = 0, 0, support & ~(63 & complete))
