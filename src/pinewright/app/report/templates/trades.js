// ---- list of trades, in the columns and the order of TradingView's: the latest first, exit above entry
const listed = () => chosen().filter((trade) => state.part === "" || String(trade.part) === state.part).reverse();
const make = (kind, text, name) => {
  const made = document.createElement(kind);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
};
const cell = (row, texts, kind) => {
  const made = row.insertCell();
  texts.forEach((text) => made.append(make("span", text)));
  if (kind) made.className = kind;
  return made;
};
const gain = (value) => `number ${value > 0 ? "up" : value < 0 ? "down" : ""}`;
const share = (value, whole, plus) => (whole ? `${number(100 * value / whole, 2, plus)}\u00a0%` : "\u2013");
const tradeRow = (body, trade, capital) => {
  const row = body.insertRow(), side = trade.long ? "long" : "short";
  row.classList.toggle("chosen", trade.index === state.trade);
  const button = make("button", String(trade.number));
  button.type = "button";
  button.setAttribute("aria-label", `Trade ${trade.number}: show on the chart`);
  row.addEventListener("click", () => choose(trade.index, true));
  cell(row, []).append(button, make("span", trade.long ? "▲\u00a0Long" : "▼\u00a0Short", `side ${side}`));
  cell(row, [trade.open ? "Open" : "Exit", "Entry"]);
  if (state.part === "") cell(row, [PART_NAMES[trade.part]]);
  cell(row, [moment(trade.exit), moment(trade.entry)]);
  cell(row, [trade.whyOut, trade.whyIn], "signal");
  cell(row, [price(trade.out), price(trade.in)], "number");
  cell(row, [trade.quantity.toLocaleString("en-US")], "number");
  cell(row, [number(trade.net, 2, true), share(trade.net, trade.value, true)], gain(trade.net));
  cell(row, [number(trade.pips, 1, true)], gain(trade.pips));
  cell(row, [number(trade.favorable, 2), share(trade.favorable, trade.value)], "number");
  cell(row, [number(trade.adverse, 2), share(trade.adverse, trade.value)], "number");
  cell(row, [number(trade.cumulative, 2, true), share(trade.cumulative, capital, true)], "number");
};
const list = () => {
  const rows = listed(), pages = Math.max(1, Math.ceil(rows.length / PAGE)), strategy = data.strategies[state.strategy];
  state.page = Math.min(state.page, pages - 1);
  const from = state.page * PAGE, body = find("trades-table").tBodies[0];
  body.replaceChildren();
  find("part-column").hidden = state.part !== "";
  rows.slice(from, from + PAGE).forEach((trade) => tradeRow(body, trade, strategy.capital));
  find("trades-count").textContent = (rows.length
    ? `${number(from + 1, 0)} to ${number(Math.min(from + PAGE, rows.length), 0)} of ${number(rows.length, 0)} trades, the latest first`
    : "No trades in this part") + (strategy && strategy.skipped ? `; the first ${number(strategy.skipped, 0)} are in trades.csv only` : "");
  find("page-newer").disabled = state.page === 0;
  find("page-older").disabled = state.page >= pages - 1;
};

// ---- the rule that fired
const FORCED = {
  "Open": "Still held when the bars ended: no rule closed it.",
  "Margin call": "Closed by the broker: the account could not carry it.",
};
const ruleBox = (title, signal) => {
  const box = make("div"), rules = data.strategies[state.strategy].rules.filter((rule) => rule.signal === signal);
  const head = make("h4", `${title}: `);
  head.append(make("q", signal || "no name"));
  box.append(head);
  if (!rules.length) {
    box.append(make("p", FORCED[signal] || "The script makes this name while it runs, or its text is not in this report.", "meaning"));
    return box;
  }
  rules.forEach((rule, k) => {
    if (k) box.append(make("p", "or", "meaning"));
    const code = make("ol", undefined, "rule");
    const put = (line, text, kind) => {
      const item = make("li", undefined, kind);
      item.append(make("span", line === null ? "" : String(line), "line"), make("code", text));
      code.append(item);
    };
    rule.names.forEach(([line, text]) => put(line, text, "name"));
    rule.conditions.forEach((text) => put(null, `if ${text}`, "if"));
    put(rule.line, rule.order, "order");
    box.append(code);
  });
  return box;
};
const SIDES = { 1: "points up", "-1": "points down", 0: "points nowhere" };
const seenBox = (trade) => {
  const box = make("div"), seen = seenAt(trade);
  box.append(make("h4", "On the chart when it was decided"));
  if (!seen.length) { box.append(make("p", "No pattern on the last bars.", "meaning")); return box; }
  const list = make("ul");
  seen.forEach((one) => list.append(make("li", `${one.title} (${SIDES[one.direction]}, confidence ${number(one.confidence, 2)}), from ${moment(one.start)}, known at the close of ${moment(one.known)}`)));
  box.append(list);
  return box;
};
const tellRule = (trade) => {
  const box = find("trade-rule");
  if (!box) return;
  box.replaceChildren();
  if (!trade) return;
  box.append(ruleBox("Got in by", trade.whyIn), ruleBox(trade.open ? "Not out yet" : "Got out by", trade.whyOut));
  if (data.strategies[state.strategy].seen.length) box.append(seenBox(trade));
};

