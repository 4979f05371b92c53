"""What the lint may say of a plug-in: every code with its weight and its cure.

Belongs here: the catalogue. Does not belong here: how a rule is checked (the modules beside this one). Sources: the
public documentation of PowerSchool's plug-ins and queries, working public plug-ins, and what Oracle refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]
"""An error keeps the plug-in from being installed, enabled or run; a warning has bitten others."""


@dataclass(frozen=True)
class Rule:
    """How much a code weighs, and what to do about it."""

    severity: Severity
    cure: str


@dataclass(frozen=True)
class PluginFinding:
    """One thing that is wrong with a plug-in: where (file, line from 1), what, and what to do."""

    file: str | None
    line: int | None
    code: str
    message: str

    @property
    def severity(self) -> Severity:
        """Return error or warning."""
        return RULES[self.code].severity

    @property
    def cure(self) -> str:
        """Return what to do about it."""
        return RULES[self.code].cure

    @property
    def place(self) -> str:
        """Return file and line, as far as there are any."""
        return ", ".join(
            part for part in (self.file, f"line {self.line}" if self.line is not None else None) if part is not None
        )


def _error(cure: str) -> Rule:
    return Rule("error", cure)


def _warning(cure: str) -> Rule:
    return Rule("warning", cure)


RULES: dict[str, Rule] = {
    # the ZIP
    "zip_unreadable": _error("Make the ZIP again, without a password, and copy it whole."),
    "zip_too_large": _error("A plug-in of queries has a few hundred kilobytes: check what got into it."),
    "entry_twice": _error("Pack each file once."),
    "entry_name_unsafe": _error("Names within the ZIP are relative, with / between folder and file."),
    "top_folder": _error("Pack the contents of the folder and not the folder: plugin.xml belongs at the root."),
    "plugin_xml_missing": _error("Put plugin.xml, spelled like this, at the root of the ZIP."),
    "file_unrecognized": _error("Leave it out: PowerSchool refuses a plug-in with a file that it does not know."),
    "sub_folder": _error("Put the file directly into the folder: queries and permissions are flat."),
    "query_file_name": _error("Name it [name].named_queries.xml."),
    "permission_file_name": _error("Name it [name].permission_mappings.xml."),
    "tables_with_queries": _warning("Ship tables of your own as a plug-in of their own, installed first."),
    # any XML file
    "xml_not_well_formed": _error("Fix the XML. In SQL, < and & need <![CDATA[ … ]]> around them."),
    "xml_has_doctype": _error(
        "Take the DOCTYPE out: a plug-in needs none, and entities are a way to read other files."
    ),
    "root_element": _error("Begin the file with the element that its kind has."),
    # plugin.xml
    "plugin_namespace": _error('Write <plugin xmlns="http://plugin.powerschool.pearson.com" …>.'),
    "plugin_name": _error("Give a name of 1 to 40 characters, and never change it."),
    "plugin_version": _error(
        "Give a version of digits and dots, of at most 20 characters, higher than the one before."
    ),
    "description_too_long": _error("Shorten the description to 256 characters."),
    "class_too_long": _error("Shorten the class to 256 characters."),
    "deletable_unclear": _error("Write true or false."),
    "plugin_element_unknown": _error("Take the element out, or spell it as PowerSchool does."),
    "plugin_element_order": _warning("Write oauth, access_request, links and publisher in this order."),
    "publisher_missing": _error("Add <publisher name=…><contact email=…/></publisher>."),
    "publisher_name": _error("Give the publisher a name of at most 100 characters."),
    "contact_email": _error("Give the publisher a <contact> with an email of at most 40 characters."),
    "contact_phone_too_long": _error("Shorten the phone number to 20 characters."),
    "access_field": _error("Give table and field, at most 30 characters each."),
    "access_level": _error("Write access=ViewOnly or access=FullAccess."),
    "api_level": _error("Write accessLevelV1Api=NONE, READ or FULL."),
    # named queries
    "query_element_unknown": _warning(
        "A query has summary, description, args, columns and sql. Order rows in the SQL."
    ),
    "query_namespace": _error("Leave the namespace out: a server refuses a query file that has one."),
    "query_name_missing": _error("Name the query, as com.organization.product.area.name."),
    "query_name_too_long": _error("Shorten the name to 200 characters."),
    "query_name_twice": _error("Give each query a name of its own: names are one list for the whole server."),
    "query_name_reserved": _error("Names that begin with com.powerschool are PowerSchool's own."),
    "query_name_form": _warning("Use small letters, digits and _, in three to five parts with dots between."),
    "summary_too_long": _warning("Shorten the summary to 50 characters: Data Export Manager shows no more."),
    "columns_missing": _error("List the columns in the order of the select list."),
    "column_field": _warning("Declare a real table and field, TABLE.FIELD, at most 30 characters each."),
    "field_unknown": _warning(
        "Check the name on the server: one field that does not exist keeps the whole plug-in from being enabled. "
        "The known ones are in pipeline/powerschool/known_fields.csv."
    ),
    "column_field_refused": _warning(
        "Declare another field, such as STUDENTS.ID: this one has kept a plug-in from work."
    ),
    "alias_form": _error("Use letters, digits and _: anything else breaks saved export templates."),
    "alias_too_long": _warning("Shorten it to 30 characters: older servers take no more."),
    "alias_twice": _error("Give each column a name of its own."),
    "core_table_missing": _error("Add coreTable to the query: names of one part need it."),
    "core_table_is_view": _warning("Name a table: PowerSchool documents that a view cannot be the core of a query."),
    "column_count": _error("List as many columns as the SQL selects, in the same order: they are matched by position."),
    "label_differs": _warning(
        "Give the value the name of its column: they are matched by position, and some servers want both."
    ),
    "arg_hides_query": _warning(
        "For Data Export Manager, give the arg a column and no PS-HTML as its default, or it does not show the query."
    ),
    "arg_without_parameter": _error("Take the arg out, or use it in the SQL as :name."),
    "parameter_without_arg": _error("Declare the parameter as an <arg>, or write the value."),
    "sql_missing": _error("Write the query into <sql>."),
    "sql_not_in_cdata": _warning("Put <![CDATA[ … ]]> around it, so that < and & are allowed in it."),
    # the SQL
    "ps_html": _error("Take it out: ~(…) and ~[…] are not worked out within SQL."),
    "restricted_table": _error("Write it in small letters: <@restricted_table table=… selector=…/>."),
    "sql_not_understood": _error("Fix the SQL: it is no Oracle SELECT."),
    "sql_several_statements": _error("Write one statement."),
    "sql_not_select": _error("Write a SELECT: a query only reads."),
    "sql_semicolon": _error("Leave the semicolon out."),
    "select_star": _error("List the columns: they are matched with <columns> by position."),
    "output_unnamed": _error("Name the value with AS."),
    "output_twice": _error("Give each selected value a name of its own."),
    "identifier_too_long": _warning("Shorten it to 30 characters: older servers take no more."),
    "reserved_word": _error("Take another name: Oracle keeps this one for itself."),
    "order_missing": _warning("Add ORDER BY: without it, rows come in another order each night."),
    "order_not_selected": _warning("Order only by what is selected, by its name."),
    "order_not_selected_distinct": _error("With DISTINCT or UNION, order only by what is selected."),
    "table_alias_as": _error("Write FROM table alias, without AS."),
    "not_oracle": _error("Oracle does not know this; write it Oracle's way."),
    "select_without_from": _error("Add FROM dual."),
    "empty_string_compared": _error("Oracle's '' is NULL, and nothing equals NULL: write IS NULL or IS NOT NULL."),
    "empty_string_default": _warning("Oracle's '' is NULL: as a default it changes nothing. Leave it out."),
    "listagg_unbounded": _warning("Bound what is listed (… WHERE place <= 300): 4,000 bytes are the most (ORA-01489)."),
    "union_columns": _error("Let each branch of a UNION select as many values."),
    "union_types": _error("Bring the branches to one type, numbers with to_char."),
    "date_not_text": _warning("Write to_char(…, 'YYYY-MM-DD'): how the export writes a date is not documented."),
    "date_mask": _warning("Write dates as YYYY-MM-DD."),
    "session_date": _warning("Write sysdate, or trunc(sysdate) for the day: this is the time zone of the session."),
    # permissions
    "permission_name": _error("Name a page, beginning with /, as it is called on the server."),
    "permission_implies": _error("Add <implies allow=get or post>/ws/schema/query/[name of the query]</implies>."),
    "permission_for_nothing": _warning("Name a query of this plug-in: a path that leads nowhere binds to nothing."),
}
"""Every code that the lint reports."""


class Report:
    """The findings on one plug-in, as they are made."""

    def __init__(self) -> None:
        self.findings: list[PluginFinding] = []

    def add(self, code: str, message: str, file: str | None = None, line: int | None = None) -> None:
        """Add a finding; `code` is one of RULES."""
        self.findings.append(PluginFinding(file, line, code, message))

    def in_order(self) -> list[PluginFinding]:
        """Return the findings by file and line; what concerns the whole plug-in comes first."""
        return sorted(self.findings, key=lambda found: (found.file or "", found.line or 0, found.code, found.message))
