-- sent.modes: a file is what most of its rows are, by whether both status and dateLastModified are filled in or blank;
-- where they say nothing or as much for one as for the other, what the manifest says; without its word, bulk.
-- grain: file
-- reads: sent.cells, sent.rows, the manifest's words
insert into day.sent.modes by name
with declared as (
    select
        unnest($files::varchar[])               as file,
        unnest($words::varchar[])               as word
),

filled as (
    select
        file,
        line,
        count(*) filter (where trim(value) <> '') as filled
    from day.sent.cells
    where field in ('status', 'dateLastModified')
    group by file, line
),

votes as (
    select
        file,
        count(*) filter (where filled = 2) - count(*) filter (where filled = 0) as for_delta
    from filled
    group by file
),

files as (
    select distinct file from day.sent.rows
    where file <> 'manifest.csv'
)

select
    files.file,
    declared.word                               as declared,
    case
        when votes.for_delta > 0 then 'delta'
        when votes.for_delta < 0 then 'bulk'
        when declared.word = 'delta' then 'delta'
        else 'bulk'
    end                                         as mode
from files
left join votes using (file)
left join declared using (file)
