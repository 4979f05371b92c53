-- the server's date, once: the queries compare whole days
today as (
    select trunc(current_date) as this_day
    from dual
),
