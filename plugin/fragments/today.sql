-- the server's date, once: the queries compare whole days. sysdate is the server's clock, current_date that of the time
-- zone of a session.
today as (
    select trunc(sysdate) as this_day
    from dual
),
