-- value_stays(known, support, complete, said, said_by): whether a value stays though tonight's files say another one,
-- or none: no source of it has withdrawn it, and none as strong as those speaks. The lowest bit is the strongest
-- source.
create macro value_stays(known, support, complete, said, said_by) as
known is not null
and said is distinct from known
and not withdrawn(support, complete)
and (said is null or (support & 63 & ~complete) & -(support & 63 & ~complete) < said_by & -said_by)
