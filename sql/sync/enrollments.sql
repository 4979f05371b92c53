-- sync.enrollments: the plan for enrollments: which are added, updated, restored, archived.
-- grain: class_roster_id, user_roster_id, role
-- reads: oneroster.enrollments, oneroster.enrollment_rows, oneroster.cell_states, oneroster.known, sync.matched_users,
--     sync.matched_classes, sync.users, sync.classes, oneroster.left_out, book.roster.enrollments, book.roster.absences
insert into day.sync.enrollments by name
with known as (
    select *
    from book.roster.enrollments
    where in_force(since_sync, until_sync, $baseline)
),

-- students and staff only: an enrollment of a contact never came this far
people as (
    select *
    from day.sync.matched_users
    where record_type <> 'guardians'
),

unsaid_cells as (
    select line, list(field) as unsaid
    from day.oneroster.cell_states
    where file = 'enrollments.csv' and line is not null
    group by line
),

sent as (
    select
        classes.roster_id                       as class_roster_id,
        users.roster_id                         as user_roster_id,
        enrollments.role,
        enrollments.line,
        enrollments.sourced_id,
        enrollments.is_primary,
        enrollments.begin_date,
        enrollments.end_date,
        unsaid_cells.unsaid
    from day.oneroster.enrollments as enrollments
    inner join day.sync.matched_classes as classes
        on enrollments.class_sourced_id = classes.sourced_id
    inner join people as users
        on
            enrollments.user_sourced_id = users.sourced_id
            and enrollments.by_number = users.by_number
            and (
                users.sent
                or (users.sourced_id, users.by_number) in (
                    select (sourced_id, by_number) from day.oneroster.known where file = 'users.csv'
                )
            )
    left join unsaid_cells on enrollments.line = unsaid_cells.line
),

-- where the delivery and what is known differ; nearly all of them are the same, and go no further
differing as (
    select
        known.roster_id,
        class_roster_id,
        user_roster_id,
        role,
        known.state,
        sent.line,
        sent.line is null                       as is_gone,
        list_contains($absent, 'sourced_id')
        or coalesce(list_contains(sent.unsaid, 'sourced_id'), false) as sourced_id_unsaid,
        if(sourced_id_unsaid, known.sourced_id, sent.sourced_id) as sourced_id,
        list_contains($absent, 'is_primary')
        or coalesce(list_contains(sent.unsaid, 'is_primary'), false) as is_primary_unsaid,
        if(is_primary_unsaid, known.is_primary, sent.is_primary) as is_primary,
        list_contains($absent, 'begin_date')
        or coalesce(list_contains(sent.unsaid, 'begin_date'), false) as begin_date_unsaid,
        if(begin_date_unsaid, known.begin_date, sent.begin_date) as begin_date,
        list_contains($absent, 'end_date')
        or coalesce(list_contains(sent.unsaid, 'end_date'), false) as end_date_unsaid,
        if(end_date_unsaid, known.end_date, sent.end_date) as end_date,
        not sourced_id_unsaid and (sent.sourced_id is distinct from known.sourced_id) as sourced_id_changed,
        not is_primary_unsaid and (sent.is_primary is distinct from known.is_primary) as is_primary_changed,
        not begin_date_unsaid and (sent.begin_date is distinct from known.begin_date) as begin_date_changed,
        not end_date_unsaid and (sent.end_date is distinct from known.end_date) as end_date_changed
    from sent
    full join known using (class_roster_id, user_roster_id, role)
    where
        (sent.line is null and known.state = 'active')
        or (
            sent.line is not null
            and (
                known.state is distinct from 'active'
                or sourced_id_changed
                or is_primary_changed
                or begin_date_changed
                or end_date_changed
            )
        )
),

compared as (
    select
        * exclude (roster_id),
        coalesce(
            roster_id,
            (select coalesce(max(roster_id), 0) from book.roster.enrollments where since_sync <= $baseline)
            + row_number() over (partition by roster_id is null order by line)
        )                                       as roster_id,
        if(
            state = 'active',
            list_filter([
                if(sourced_id_changed, 'sourcedId', null),
                if(is_primary_changed, 'primary', null),
                if(begin_date_changed, 'beginDate', null),
                if(end_date_changed, 'endDate', null)
            ], lambda name: name is not null),
            []
        )                                       as changed
    from differing
    where not is_gone
),

absences as (
    select record_type, roster_id, absent_since
    from book.roster.absences
    where
        record_type = 'enrollments' and in_force(since_sync, until_sync, $baseline)
),

gone as (
    select
        differing.roster_id,
        differing.class_roster_id,
        differing.user_roster_id,
        differing.role,
        classes.sourced_id                      as class_sourced_id,
        users.sourced_id                        as user_sourced_id,
        differing.user_roster_id in (
            select roster_id
            from day.sync.users
            where operation = 'archive' or (former_type is not null and record_type = 'guardians')
        )
        or differing.class_roster_id in (
            select roster_id from day.sync.classes where operation = 'archive'
        )                                       as consequence
    from differing
    left join day.sync.matched_classes as classes on differing.class_roster_id = classes.roster_id
    left join people as users on differing.user_roster_id = users.roster_id
    where differing.is_gone
),

-- rows left out for an error spare what they name; where a part of the key is missing, all that has the other part
named as (
    select distinct
        class_sourced_id,
        user_sourced_id
    from day.oneroster.enrollment_rows
    where verdict = 'rejected'
),

cells as (
    select
        line,
        sourced_id
    from day.oneroster.left_out
    where file = 'enrollments.csv'
),

-- what its own row says to have ended
told as (
    select gone.roster_id
    from gone
    inner join day.oneroster.enrollment_rows as rows
        on
            gone.class_sourced_id = rows.class_sourced_id
            and gone.user_sourced_id = rows.user_sourced_id
            and (gone.role = rows.role or rows.role is null)
    where rows.reason = 'status_inactive'
    union all
    -- of which the row may have nothing but the id
    select gone.roster_id
    from gone
    inner join known on gone.roster_id = known.roster_id
    inner join day.oneroster.enrollment_rows as rows on known.sourced_id = rows.sourced_id
    where rows.reason = 'status_inactive' and (rows.class_sourced_id is null or rows.user_sourced_id is null)
),

spared as (
    select gone.roster_id
    from gone
    inner join named
        on gone.class_sourced_id = named.class_sourced_id and gone.user_sourced_id = named.user_sourced_id
    union all
    select gone.roster_id
    from gone
    inner join named on gone.class_sourced_id = named.class_sourced_id
    where named.user_sourced_id is null
    union all
    select gone.roster_id
    from gone
    inner join named on gone.user_sourced_id = named.user_sourced_id
    where named.class_sourced_id is null
    union all
    select gone.roster_id
    from gone
    inner join cells as class_cells on gone.class_sourced_id = class_cells.sourced_id
    inner join cells as user_cells
        on gone.user_sourced_id = user_cells.sourced_id and class_cells.line = user_cells.line
    union all
    -- what hangs on a person or class whose own row was left out
    select gone.roster_id
    from gone
    inner join day.oneroster.left_out as left_out
        on gone.user_sourced_id = left_out.sourced_id and left_out.file = 'users.csv' and left_out.line > 0
    union all
    select gone.roster_id
    from gone
    inner join day.oneroster.left_out as left_out
        on gone.class_sourced_id = left_out.sourced_id and left_out.file = 'classes.csv' and left_out.line > 0
)

select
    roster_id,
    class_roster_id,
    user_roster_id,
    role,
    case
        -- nobody is enrolled in a class that stays archived
        when
            coalesce(state, '') <> 'active'
            and class_roster_id in (select roster_id from day.sync.classes where operation = 'keep') then 'keep'
        when state is null then 'add'
        when state = 'archived' then 'restore'
        when list_has_all($appeared, changed) then 'fill'
        else 'update'
    end                                         as operation,
    changed,
    false                                       as consequence,
    false                                       as withheld,
    line,
    sourced_id,
    is_primary,
    begin_date,
    end_date
from compared
union all by name
select
    roster_id,
    class_roster_id,
    user_roster_id,
    role,
    if(
        consequence
        or $archive_after_days = 0
        or date_diff('day', absences.absent_since, $sync_date::date) >= $archive_after_days,
        'archive', 'absent'
    )                                           as operation,
    []::varchar[]                               as changed,
    consequence,
    false                                       as withheld
from gone
left join absences using (roster_id)
-- nothing can hang on a person or class that goes; an enrollments.csv without rows, or with changes alone, says nothing
-- of any other
where
    consequence
    or roster_id in (select told.roster_id from told)
    or (not $enrollments_are_absent and roster_id not in (select spared.roster_id from spared))
