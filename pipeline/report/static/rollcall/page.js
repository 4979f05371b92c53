"use strict";
// Each table that asks for it gets a filter and buttons that sort. Without scripts it stays a plain table.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const box = table.closest(".scroll");
  const tools = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const said = document.createElement("span");
  let words = null;
  tools.className = "tools";
  input.type = "search";
  said.setAttribute("role", "status");
  label.append("Filter “" + table.dataset.sortable + "” ", input);
  tools.append(label, said);
  box.before(tools);

  input.addEventListener("input", () => {
    words = words || rows.map((row) => row.textContent.toLowerCase());
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, at) => {
      row.hidden = !wanted.every((word) => words[at].includes(word));
      left += row.hidden ? 0 : 1;
    });
    said.textContent = wanted.length ? left.toLocaleString("en-US") + " of " + rows.length.toLocaleString("en-US") + " rows" : "";
  });

  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      const number = head.classList.contains("n");
      const keyed = Array.from(body.rows, (row) => {
        const text = row.cells[column].textContent.trim();
        return [number ? Number(text.replace(/[^\d.]/g, "") || -1) : text, row];
      });
      const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
      keyed.sort((a, b) => (down ? -1 : 1) * (number ? a[0] - b[0] : order.compare(a[0], b[0])));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...keyed.map((pair) => pair[1]));
    });
  });
}
