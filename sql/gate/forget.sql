-- a table of what the gate judges and finds: empty it, so that it judges again what no approval covers.
delete from "table"
