-- sent.elements: see sql/schema/check/sent.elements.sql. Elements that are blank or padded are reported by
-- list_elements and judged no further.
-- grain: none
-- reads: sent.cells, sent.modes, standard.columns
insert into day.sent.elements by name
with typed as (
    select
        cells.file,
        cells.line,
        cells.field,
        columns.kind,
        columns.has_vocabulary,
        columns.reference,
        columns.is_list,
        cells.value
    from day.sent.cells as cells
    inner join day.standard.columns as columns using (file, field)
    left join day.sent.modes as modes using (file)
    where
        trim(cells.value) <> ''
        and (columns.kind <> 'string' or columns.has_vocabulary or columns.reference is not null)
        and not (cells.field in ('status', 'dateLastModified') and modes.mode = 'bulk')
),

elements as (
    select *
    from typed
    where not is_list or not contains(value, ',')
    union all
    select * replace (unnest(string_split(value, ',')) as value)
    from typed
    where is_list and contains(value, ',')
)

select
    * exclude (is_list),
    case kind
        when 'guid' then length(value) < 256 and regexp_full_match(value, '[A-Za-z0-9._/@-]+')
        when 'date'
            then
                regexp_full_match(value, '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
                and try_cast(value as date) is not null
        when 'datetime'
            then
                regexp_full_match(
                    value,
                    '\d\d\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d\d\dZ'
                )
                and try_cast(value[:10] as date) is not null
        when 'year' then regexp_full_match(value, '[0-9][0-9][0-9][0-9]')
        when 'float' then regexp_full_match(value, '[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?')
        when 'integer' then regexp_full_match(value, '[+-]?[0-9]+')
        -- 7B and 7D are the braces of type:id
        when
            'user_id'
            then regexp_full_match(value, '\x7B[^\x7B\x7D:,\s][^\x7B\x7D:,]*:[^\x7B\x7D,]*[^\x7B\x7D,\s]\x7D')
        else true
    end                                         as is_sound
from elements
where not (is_list and (value = '' or regexp_matches(value, '^\s|\s$')))
