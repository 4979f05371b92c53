"""What Oracle and PowerSchool refuse in a query's SQL, or take for something else than was meant.

Belongs here: rules over one SELECT. sqlglot reads Oracle's dialect, and takes more than Oracle does: what it lets pass
(FROM t AS x, LIMIT, a semicolon …) is found among its tokens.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from pipeline.powerschool.findings import Report

# It logs what it cannot translate; what matters of that is a finding here.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

LONGEST_NAME = 30
"""Of an identifier, before Oracle 12.2."""

_RESERVED_WORDS = (
    "access add all alter and any as asc audit between by char check cluster column column_value comment compress "
    "connect create current date decimal default delete desc distinct drop else exclusive exists file float for "
    "from grant group having identified immediate in increment index initial insert integer intersect into is "
    "level like lock long maxextents minus mlslabel mode modify nested_table_id noaudit nocompress not nowait "
    "null number of offline on online option or order pctfree prior public raw rename resource revoke row rowid "
    "rownum rows select session set share size smallint start successful synonym sysdate table then to trigger "
    "uid union unique update user validate values varchar varchar2 view whenever where with"
)

RESERVED = frozenset(_RESERVED_WORDS.split())
"""Oracle's reserved words: no name without quotation marks may be one."""

DATE_MASK = "YYYY-MM-DD"

_PS_HTML = re.compile(r"~[(\[]")
_MARKER = re.compile(r"<@\s*(\w+)[^>]*>")
_DATE_NAME = re.compile(r"(^|_)(date|day|dob)(_|$)|\w+date$", re.IGNORECASE)
_DATE_PART = re.compile(r"[YMD]{2}", re.IGNORECASE)

# Tokens of other dialects, and what each of them is.
_FOREIGN = {
    TokenType.LIMIT: "LIMIT",
    TokenType.ILIKE: "ILIKE",
    TokenType.TRUE: "TRUE",
    TokenType.FALSE: "FALSE",
    TokenType.DCOLON: "::",
    TokenType.EXCEPT: "EXCEPT",
}
_SESSION_DATES = ("CURRENT_DATE", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP")
_ENDS_FROM = {
    *(TokenType.ON, TokenType.WHERE, TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.HAVING, TokenType.UNION),
    *(TokenType.SELECT, TokenType.USING, TokenType.CONNECT_BY, TokenType.START_WITH, TokenType.FETCH, TokenType.EXCEPT),
}
_DATES = (exp.CurrentDate, exp.CurrentTimestamp, exp.DateTrunc, exp.TimestampTrunc, exp.StrToDate, exp.StrToTime)


@dataclass(frozen=True)
class Sql:
    """The SQL of a query and its place: the text begins on `line` of `file`."""

    text: str
    file: str
    line: int

    def at(self, line: int) -> int:
        """Return the line of the file for a line of the text, counted from 1."""
        return self.line + line - 1

    def line_of(self, offset: int) -> int:
        """Return the line of the file for a position in the text."""
        return self.line + self.text.count("\n", 0, offset)


def check_sql(sql: Sql, report: Report) -> list[str] | None:
    """Check a query's SQL; return the names of the values that it selects, None where it is no single SELECT."""
    if match := _PS_HTML.search(sql.text):
        report.add("ps_html", f"The SQL has {match.group()}, PS-HTML.", sql.file, sql.line_of(match.start()))
        return None
    for marker in _MARKER.finditer(sql.text):
        if marker.group(1) != "restricted_table":
            message = f"The SQL has <@{marker.group(1)}>."
            report.add("restricted_table", message, sql.file, sql.line_of(marker.start()))
    # The server puts a condition there; line numbers stay.
    text = _MARKER.sub(lambda marker: "1=1" + "\n" * marker.group().count("\n"), sql.text)
    try:
        tree = _parsed(text, sql, report)
        return None if tree is None else _Check(tree, sql, report).all()
    except RecursionError:
        report.add("sql_not_understood", "The SQL is nested too deeply to be checked.", sql.file, sql.line)
        return None


def _parsed(text: str, sql: Sql, report: Report) -> exp.Query | None:
    """Return the tree of the one SELECT, None with a finding where there is none."""
    try:
        tokens = Dialect.get_or_raise("oracle").tokenize(text)
        _check_tokens(tokens, sql, report)
        trees = [tree for tree in sqlglot.parse(text, read="oracle") if tree is not None]
    except SqlglotError as failure:
        first: dict[str, Any] = next(iter(getattr(failure, "errors", [])), {})
        what = str(first.get("description", "it cannot be read")).partition(" but got ")[0]
        line = sql.at(int(first.get("line") or 1))
        report.add("sql_not_understood", f"The SQL is not understood: {what}.", sql.file, line)
        return None
    if len(trees) != 1:
        report.add("sql_several_statements", f"There are {len(trees)} statements.", sql.file, sql.line)
        return None
    if not isinstance(trees[0], exp.Query):
        report.add("sql_not_select", f"The statement is {trees[0].key.upper()}.", sql.file, sql.line)
        return None
    return trees[0]


def _check_tokens(tokens: list[Token], sql: Sql, report: Report) -> None:
    if tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        report.add("sql_semicolon", "The SQL ends with a semicolon.", sql.file, sql.at(tokens[-1].line))
    for token in tokens:
        # MINUS, which is Oracle's own, comes as the same type as EXCEPT.
        if token.token_type in _FOREIGN and token.text.upper() != "MINUS":
            message = f"The SQL has {_FOREIGN[token.token_type]}."
            report.add("not_oracle", message, sql.file, sql.at(token.line))
        elif token.text.upper() in _SESSION_DATES and token.token_type is not TokenType.STRING:
            message = f"The SQL has {token.text.upper()}."
            report.add("session_date", message, sql.file, sql.at(token.line))
    for token in _aliases_of_tables(tokens):
        report.add("table_alias_as", "A table is given another name with AS.", sql.file, sql.at(token.line))


def _aliases_of_tables(tokens: list[Token]) -> Iterator[Token]:
    """Yield each AS within a FROM clause, on the level of its tables."""
    in_from = [False]
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            in_from.append(False)
        elif kind is TokenType.R_PAREN and len(in_from) > 1:
            in_from.pop()
        elif kind in {TokenType.FROM, TokenType.JOIN}:
            in_from[-1] = True
        elif kind in _ENDS_FROM:
            in_from[-1] = False
        elif kind is TokenType.ALIAS and in_from[-1]:
            yield token


class _Check:
    """The rules over the tree of one SELECT."""

    def __init__(self, tree: exp.Query, sql: Sql, report: Report) -> None:
        self.tree = tree
        self.sql = sql
        self.report = report
        self.outputs = list(_first_select(tree).expressions)

    def all(self) -> list[str] | None:
        """Check everything; return the names of the outputs, None where a star hides them."""
        names = self._outputs()
        self._names()
        self._order([name.lower() for name in names or []])
        self._selects()
        self._empty_strings()
        self._unions()
        self._dates()
        return names

    def _add(self, code: str, message: str, node: exp.Expr) -> None:
        self.report.add(code, message, self.sql.file, self._line(node))

    def _line(self, node: exp.Expr) -> int:
        """Return the file's line of a part of the tree: that of the first word in it whose place is known."""
        for part in node.walk(bfs=False):
            if "line" in part.meta:
                # A text that spans lines is known by its last one.
                return self.sql.at(int(part.meta["line"]))
        return self.sql.line

    def _outputs(self) -> list[str] | None:
        stars = [output for output in self.outputs if output.is_star]
        if stars:
            self._add("select_star", "The SQL selects *.", stars[0])
            return None
        seen: set[str] = set()
        for number, output in enumerate(self.outputs, start=1):
            name = output.output_name.lower() if isinstance(output, exp.Alias | exp.Column) else ""
            if not name:
                self._add("output_unnamed", f"The selected value number {number} has no name.", output)
            elif name in seen:
                self._add("output_twice", f"Two selected values are called {output.output_name}.", output)
            seen.add(name)
        return [output.output_name for output in self.outputs]

    def _names(self) -> None:
        for node in self.tree.find_all(exp.Alias, exp.TableAlias):
            name = node.args.get("alias") if isinstance(node, exp.Alias) else node.this
            if not isinstance(name, exp.Identifier):
                continue
            if len(name.name) > LONGEST_NAME:
                self._add("identifier_too_long", f"The name {name.name} has {len(name.name)} characters.", name)
            if not name.quoted and name.name.lower() in RESERVED:
                self._add("reserved_word", f"{name.name} is used as a name.", name)

    def _order(self, names: list[str]) -> None:
        order = self.tree.args.get("order")
        if order is None:
            self._add("order_missing", "The rows have no order.", self.tree)
            return
        selected = {output.unalias().sql(dialect="oracle") for output in self.outputs}
        only_selected = isinstance(self.tree, exp.SetOperation) or self.tree.args.get("distinct") is not None
        for ordered in order.expressions:
            by = ordered.this
            is_name = isinstance(by, exp.Column) and not by.table and by.name.lower() in names
            if is_name or by.is_number or by.sql(dialect="oracle") in selected or not names:
                continue
            code = "order_not_selected_distinct" if only_selected else "order_not_selected"
            self._add(code, "The rows are ordered by what is not selected.", by)

    def _selects(self) -> None:
        for select in self.tree.find_all(exp.Select):
            if select.args.get("from_") is None:
                self._add("select_without_from", "A SELECT has no FROM.", select)
        for listed in self.tree.find_all(exp.GroupConcat):
            inside = listed.find_ancestor(exp.Select)
            if listed.args.get("on_overflow") is None and not _is_bounded(inside):
                self._add("listagg_unbounded", "LISTAGG lists whatever there is.", listed)

    def _empty_strings(self) -> None:
        for literal in self.tree.find_all(exp.Literal):
            if not literal.is_string or literal.this:
                continue
            parent = literal.parent
            if isinstance(parent, exp.EQ | exp.NEQ | exp.In | exp.GT | exp.GTE | exp.LT | exp.LTE):
                self._add("empty_string_compared", "A value is compared with ''.", parent)
            elif isinstance(parent, exp.Coalesce):
                self._add("empty_string_default", "'' is put in place of NULL.", parent)

    def _unions(self) -> None:
        for union in self.tree.find_all(exp.SetOperation):
            left_side, right_side = (_first_select(side).expressions for side in (union.left, union.right))
            if len(left_side) != len(right_side) and not any(value.is_star for value in (*left_side, *right_side)):
                message = f"The branches of a UNION give {len(left_side)} and {len(right_side)} values."
                self._add("union_columns", message, right_side[0])
            for left, right in zip(left_side, right_side, strict=False):
                kinds = {_kind(left), _kind(right)} - {None}
                if len(kinds) > 1:
                    message = f"The branches of a UNION give {' and '.join(sorted(map(str, kinds)))}."
                    self._add("union_types", message, right)

    def _dates(self) -> None:
        for output in self.outputs:
            value = output.unalias()
            is_column = isinstance(value, exp.Column) and _DATE_NAME.search(value.name)
            if is_column or isinstance(value, _DATES):
                self._add("date_not_text", f"{output.output_name or 'A value'} is selected as a date.", output)
        for text in self.tree.find_all(exp.ToChar, exp.TimeToStr):
            mask = text.args.get("format")
            if isinstance(mask, exp.Literal) and _DATE_PART.search(mask.name) and mask.name.upper() != DATE_MASK:
                self._add("date_mask", f"A date is written as {mask.name}.", text)


def _first_select(query: exp.Expr) -> exp.Select:
    """Return the SELECT whose names a query's values have."""
    while not isinstance(query, exp.Select):
        query = query.left if isinstance(query, exp.SetOperation) else query.this
    return query


def _is_bounded(select: exp.Expr | None) -> bool:
    """Return whether a SELECT takes no more than a stated number of rows a group: WHERE place <= 300."""
    where = select.args.get("where") if select is not None else None
    if where is None:
        return False
    return any(
        isinstance(bound.this, exp.Column) and bound.expression.is_number for bound in where.find_all(exp.LTE, exp.LT)
    )


def _kind(value: exp.Expr) -> str | None:
    """Return whether a value is a text or a number, None where that cannot be seen."""
    value = value.unalias()
    if isinstance(value, exp.ToChar | exp.DPipe | exp.Lower | exp.Upper | exp.Trim | exp.GroupConcat):
        return "text"
    if isinstance(value, exp.Literal):
        return "text" if value.is_string else "a number"
    return "a number" if isinstance(value, exp.Count | exp.Neg | exp.RowNumber) else None
