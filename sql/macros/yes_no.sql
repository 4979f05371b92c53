-- yes_no(cell): what a cell says where it answers yes or no, in the words that exports use; null where it says neither
create macro yes_no(cell) as
case
    when lower(trim(cell)) in ('true', 't', '1', 'y', 'yes', 'on') then true
    when lower(trim(cell)) in ('false', 'f', '0', 'n', 'no', 'off') then false
end
