-- withdrawn(support, complete): whether something that no file says tonight is lost: one of the sources that said so is
-- complete tonight. Where it is not known which did (64), all that may have are.
create macro withdrawn(support, complete) as
if(support & 64 <> 0, support & 63 & ~complete = 0, support & complete <> 0)
