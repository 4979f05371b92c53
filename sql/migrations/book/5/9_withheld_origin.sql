-- sync.withheld: the cause that stopped the changes; of those kept so far, every cause.
alter table book.sync.withheld add column origin varchar
