"""Works the lineage of every column out of the SQL files: all that insert, update or define a view.

Belongs here: reading SQL. Does not belong here: what a run needs (`pipeline/lineage/columns.py` reads the file that
this makes, for reading the SQL takes seconds).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify

from pipeline.warehouse.statements import SQL_FOLDER, TABLES, schema_tables, statement

Columns = dict[str, dict[str, set[str]]]
"""table -> column -> the columns it comes from. Names as in SQL: day.raw.users, day.raw.users.sourced_id."""

_Schema = dict[str, dict[str, dict[str, dict[str, str]]]]

_OF_OTHER_DATABASES = ("check/", "schema/check/", "formats/", "schema/formats/", "migrations/")
"""The check of a package against the standard and a set in another format have databases of their own; a migration
moves what is known."""


class LineageError(Exception):
    """A statement whose columns cannot be followed: write it plainer."""


def lineage_of_all() -> Columns:
    """Return the lineage of every column of the day database and the roster, one step back.

    Raises:
        LineageError: a statement cannot be followed.
    """
    schema = _schema()
    found: Columns = {
        f"{database}.{part}.{table}": {column: set() for column in columns}
        for database, parts in schema.items()
        for part, tables in parts.items()
        for table, columns in tables.items()
    }
    # A correction works on a copy of the roster AS target: what it writes there is no table of ours.
    schema["target"] = schema["book"]
    for name in _statements():
        for table, column, source in _sources_of(name, schema):
            if column not in found.get(table, {}):
                raise LineageError(f"sql/{name}.sql makes {table}.{column}, which sql/schema does not have.")
            known = f"book.{source.removeprefix('target.')}" if source.startswith("target.") else source
            # what an update makes of a value of a raw table comes from the file all the same
            if not (table.startswith("day.raw.") and known == f"{table}.{column}"):
                found[table][column].add(known)
    return found


def _statements() -> Iterator[str]:
    for path in sorted(SQL_FOLDER.rglob("*.sql")):
        name = path.relative_to(SQL_FOLDER).with_suffix("").as_posix()
        if not name.startswith(_OF_OTHER_DATABASES):
            yield name


def _parsed(name: str, table: str | None = None) -> exp.Expr:
    return parse_one(statement(name, table), dialect="duckdb")


def _schema() -> _Schema:
    """Return the columns of all tables and views, as sql/schema has them."""
    schema: _Schema = {}
    for database in ("day", "book"):
        for _, name in schema_tables(database):  # views last
            made = _parsed(name)
            table = made.find(exp.Table)
            if not isinstance(made, exp.Create) or table is None:
                raise LineageError(f"sql/{name}.sql makes no table.")
            if made.kind == "VIEW":
                columns = dict.fromkeys(_outputs(name, made.expression, schema), "unknown")
            else:
                columns = {part.name: part.args["kind"].sql("duckdb") for part in made.find_all(exp.ColumnDef)}
            schema.setdefault(table.catalog, {}).setdefault(table.db, {})[table.name] = columns
    return schema


def _outputs(name: str, query: exp.Expr, schema: _Schema) -> dict[str, Node]:
    """Return the output columns of a query, each with where it comes from."""
    aligned = query.copy()
    try:
        if any(union.args.get("by_name") for union in aligned.find_all(exp.SetOperation)):
            # first of all, so that each side has its columns written out
            aligned = qualify(aligned, schema=dict(schema), dialect="duckdb", validate_qualify_columns=False)
            for union in list(aligned.find_all(exp.SetOperation)):
                _align(union)
        found = lineage(None, aligned.sql("duckdb"), schema=dict(schema), dialect="duckdb")
    except SqlglotError as failure:
        raise LineageError(f"sql/{name}.sql cannot be followed: {failure}") from None
    if not isinstance(found, dict):
        raise LineageError(f"sql/{name}.sql has no columns.")
    return found


def _align(union: exp.SetOperation) -> None:
    """Give both sides of a union by name all columns of either, in one order: sqlglot takes them by position."""
    if not union.args.get("by_name"):
        return
    sides = (union.left, union.right)
    for side in sides:
        if isinstance(side, exp.SetOperation):
            _align(side)
    names = list(dict.fromkeys(name for side in sides for name in side.named_selects))
    if "*" in names:
        raise LineageError("A union by name whose columns are not written out cannot be followed.")
    for select in union.find_all(exp.Select):
        if _belongs_to(select, union):
            by_name = {part.alias_or_name: part for part in select.expressions}
            select.set("expressions", [by_name.get(name, exp.alias_(exp.null(), name)) for name in names])
    union.set("by_name", False)


def _belongs_to(select: exp.Select, union: exp.SetOperation) -> bool:
    """Return whether the select is one of the union's own, not one within it."""
    above = select.parent
    while isinstance(above, exp.SetOperation) and above is not union:
        above = above.parent
    return above is union and select.arg_key in {"this", "expression"}


def _sources_of(name: str, schema: _Schema) -> Iterator[tuple[str, str, str]]:
    """Yield (table, column, the column it comes from) of a statement, for each table that it is for."""
    for table in TABLES.get(name, (None,)):
        yield from _sources(name, _parsed(name, table), schema)


def _sources(name: str, made: exp.Expr, schema: _Schema) -> Iterator[tuple[str, str, str]]:
    if isinstance(made, exp.Update):
        target, query = made.this, _as_question(made)
    elif isinstance(made, exp.Insert) or (isinstance(made, exp.Create) and made.kind == "VIEW"):
        target, query = made.this.find(exp.Table), made.expression
    else:
        return
    table = _table(target)
    if target.catalog == "target":
        return
    if next(query.find_all(exp.Columns), None) is not None or "read_csv" in query.sql("duckdb").casefold():
        return  # a file's columns, which no statement names: declared
    for column, node in _outputs(name, query, schema).items():
        for part in node.walk():
            if isinstance(part.source, exp.Table) and part.source.catalog:
                yield table, column, f"{_table(part.source)}.{part.name.rsplit('.', 1)[-1].strip(chr(34))}"


def _as_question(update: exp.Update) -> exp.Select:
    """Return the select that gives what an update sets."""
    parts = [exp.alias_(part.expression.copy(), part.this.name) for part in update.expressions]
    query = exp.select(*parts).from_(update.this.copy())
    beside = update.args.get("from_")
    return query.join(beside.this.copy(), join_type="cross") if beside is not None else query


def _table(table: exp.Table) -> str:
    return f"{table.catalog}.{table.db}.{table.name}"
