// ---- choices
const tell = () => {
  const words = find("trade-words"), trade = chosen()[state.trade];
  if (!words) return;
  words.textContent = trade
    ? `Trade ${trade.number}, ${trade.long ? "long" : "short"} ${trade.quantity.toLocaleString("en-US")}: in ${moment(trade.entry)} at ${price(trade.in)} (${trade.whyIn}), ` +
      `out ${moment(trade.exit)} at ${price(trade.out)} (${trade.whyOut}), held ${held(trade.exit - trade.entry)}; ` +
      `net ${number(trade.net, 2, true)} ${data.currency}, ${number(trade.pips, 1, true)} pips.`
    : "Choose a trade here or in the list of trades.";
  tellRule(trade);
};
const choose = (index, jump) => {
  state.trade = index;
  if (jump) { find("price").open = true; makePrice(); }
  if (priceView) { priceView.mark(); priceView.zoom(chosen()[index]); }
  tell(); list();
  if (jump) find("price").scrollIntoView({ block: "start" });
};
const step = (by) => {
  const rows = chosen();
  if (!rows.length) return;
  const first = rows.findIndex((trade) => trade.part === 2);
  const next = state.trade < 0 ? (first < 0 ? 0 : first) : state.trade + by;
  choose(Math.min(Math.max(next, 0), rows.length - 1), false);
};
const pick = (index) => {
  Object.assign(state, { strategy: index, trade: -1, page: 0 });
  document.querySelectorAll(".strategy-choice").forEach((select) => { select.value = String(index); });
  if (priceView) { priceView.mark(); locked(); }
  if (equityView) equityView.paint();
  tell(); list();
};

const on = (id, event, act) => { const element = find(id); if (element) element.addEventListener(event, act); };
const draw = () => { if (!data.strategies.length) return; if (find("price").open) makePrice(); if (find("equity").open) makeEquity(); };
document.documentElement.classList.add("scripted");
document.querySelectorAll(".strategy-choice").forEach((select) => select.addEventListener("change", () => pick(Number(select.value))));
on("price", "toggle", draw);
on("equity", "toggle", draw);
on("part-choice", "change", (event) => { state.part = event.target.value; state.page = 0; list(); });
on("page-newer", "click", () => { state.page -= 1; list(); });
on("page-older", "click", () => { state.page += 1; list(); });
on("trade-before", "click", () => step(-1));
on("trade-after", "click", () => step(1));
document.querySelectorAll("[data-view]").forEach((button) => button.addEventListener("click", () => {
  if (priceView) { if (button.dataset.view === "locked") locked(); else priceView.all(); }
}));

const folds = [...document.querySelectorAll("#more > details")];
const cases = [...document.querySelectorAll("#more details.case")];
const everything = find("open-all");
everything.addEventListener("click", () => {
  const open = everything.getAttribute("aria-pressed") !== "true";
  [...folds, ...cases].forEach((fold) => { fold.open = open; });
  everything.setAttribute("aria-pressed", String(open));
  everything.textContent = open ? "Fold everything" : "Open everything";
});
const copy = (button, target) => {
  const range = document.createRange();
  range.selectNodeContents(target);
  const selection = window.getSelection();
  selection.removeAllRanges(); selection.addRange(range);
  let done = false;
  try { done = document.execCommand("copy"); } catch { done = false; }
  if (button.dataset.words === undefined) button.dataset.words = button.textContent;
  button.textContent = done ? "Copied" : "Press Ctrl+C";
  setTimeout(() => { button.textContent = button.dataset.words; }, 4000);
};
document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", () => copy(button, find(button.dataset.copy))));
const openTarget = () => {
  const target = folds.find((fold) => `#${fold.id}` === location.hash);
  if (target) { target.open = true; target.scrollIntoView({ block: "start" }); }
};
window.addEventListener("hashchange", openTarget);
document.querySelectorAll('a[href^="#"]').forEach((link) => link.addEventListener("click", () => setTimeout(openTarget)));

// ---- heat maps: the cell under the pointer, in words from the table behind
document.querySelectorAll("[data-cells]").forEach((svg) => {
  const [left, top, right, bottom, columns, rows] = svg.dataset.cells.split(" ").map(Number);
  const figure = svg.closest("figure"), table = figure.querySelector("table"), heads = table.tHead.rows[0].cells;
  const told = make("p", "\u00a0", "readout");
  svg.after(told);
  const point = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const x = Math.floor((at.x - left) / (right - left) * columns), y = Math.floor((at.y - top) / (bottom - top) * rows);
    const row = x >= 0 && x < columns && y >= 0 && y < rows ? table.tBodies[0].rows[y] : null;
    const [up, across] = heads[0].textContent.split(" \\ ");
    told.textContent = row
      ? `${across} ${heads[x + 1].textContent}, ${up} ${row.cells[0].textContent}: ${row.cells[x + 1].textContent === "\u2013" ? "not tried" : `score ${row.cells[x + 1].textContent}`}`
      : "\u00a0";
  };
  svg.addEventListener("pointermove", point);
  svg.addEventListener("pointerdown", point);
  svg.addEventListener("pointerleave", () => { told.textContent = "\u00a0"; });
});
// A chart is drawn a frame after it is opened, too late for paper: closed, the price chart stays closed there.
let before = [];
window.addEventListener("beforeprint", () => {
  before = [...folds, ...cases].filter((fold) => !fold.open && fold.id !== "price");
  before.forEach((fold) => { fold.open = true; });
});
window.addEventListener("afterprint", () => before.forEach((fold) => { fold.open = false; }));
openTarget();
if (data.strategies.length) list();
draw();
if (location.hash === "#everything") everything.click();
