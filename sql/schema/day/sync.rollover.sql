-- sync.rollover: what a night within a rollover's dates means for each school: its figures, and which of its changes
-- fit the picture of a rollover. "Before" is the roster as it was before the rollover's first date: only what was there
-- then can be replaced, so that a school has one turn. Empty outside of a rollover's dates.
-- grain: school_id
create table if not exists day.sync.rollover (
    school_id           varchar not null,
    top_rank            integer,            -- grade_rank of the school's top grade before; null: in a term
    others              bigint not null,    -- students below the top grade
    others_staying      bigint not null,    -- of them: in the files, at this school
    students            bigint not null,    -- students in the files with a next grade; of two schools, in the first
    students_up         bigint not null,    -- of them: one step up from their grade before
    students_moving     bigint not null,    -- of them: tonight
    students_staying    bigint not null,    -- students in the files
    grades_changing     bigint not null,    -- of them: their grade changes tonight
    classes             bigint not null,    -- active classes that were there before
    classes_going       bigint not null,    -- of them: missing from the files
    new_classes         bigint not null,    -- active classes that were not there before
    new_classes_going   bigint not null,    -- of them: missing from the files
    classes_coming      bigint not null,    -- classes that are added or restored tonight
    enrollments         bigint not null,    -- active enrollments that were there before
    enrollments_going   bigint not null,    -- of them: missing from the files, or of a class that is
    load_before         bigint not null,    -- enrollments that the students in the files had before
    load_after          bigint not null,    -- enrollments that they would have after tonight
    people_fit          boolean not null,   -- nearly all below the top grade stay, and grades move as they should
    grades_fit          boolean not null,   -- nearly all students in the files are one step up
    turns               boolean not null,   -- classes or enrollments are being replaced
    schedules_fit       boolean not null,   -- and others come in their place: classes, and students' enrollments
    waits               boolean not null    -- enrollments.csv has no rows: the classes from before wait for it
);
