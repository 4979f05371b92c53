-- unless_synthetic(cell, header, synthetic): the cell; null where its row says nothing in that column
create macro unless_synthetic(cell, header, synthetic) as
if(is_among(header, synthetic), null, cell)
