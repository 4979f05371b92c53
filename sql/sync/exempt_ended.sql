-- sync.exempt: enrollments that a setting leaves out because the end has come that they had in the roster already. The
-- files said so all along: no limit holds them. An end that is only now in the past is a loss like any other.
-- grain: record_type, roster_id
-- reads: sync.enrollments, sync.matched_users, sync.matched_classes, sync.exempt, oneroster.enrollment_rows,
--     book.roster.enrollments
insert into day.sync.exempt by name
select distinct
    'enrollments'       as record_type,
    plan.roster_id
from day.sync.enrollments as plan
inner join book.roster.enrollments as known
    on plan.roster_id = known.roster_id and in_force(known.since_sync, known.until_sync, $baseline)
inner join day.sync.matched_classes as classes on plan.class_roster_id = classes.roster_id
inner join day.sync.matched_users as users on plan.user_roster_id = users.roster_id
inner join day.oneroster.enrollment_rows as rows
    on
        classes.sourced_id = rows.class_sourced_id
        and users.sourced_id = rows.user_sourced_id
        and users.by_number = rows.by_number
        and plan.role = rows.role
        and known.end_date = rows.end_date
where
    plan.operation = 'archive'
    and rows.reason = 'has_ended'
    and plan.roster_id not in (select roster_id from day.sync.exempt where record_type = 'enrollments')
