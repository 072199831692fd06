"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const lib = window.LightweightCharts;
  const find = (id) => document.getElementById(id);
  const PART_NAMES = ["search", "selection", "locked"];
  const PART_LABELS = ["Search (in-sample)", "Selection", "Locked"];
  const PAGE = 50;
  const state = { strategy: 0, trade: -1, part: "2", page: 0 };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  // ---- numbers and times: the same forms as the rest of the page
  const sign = (value, text, plus) => (value < 0 ? "\u2212" : value > 0 && plus ? "+" : "") + text;
  const number = (value, digits, plus = false) => {
    if (value === null || !Number.isFinite(value)) return "\u2013";
    const text = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return sign(/[1-9]/.test(text) ? value : 0, text, plus);
  };
  const price = (value) => value.toFixed(data.digits);
  const moment = (time) => new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");
  const day = (time) => moment(time).slice(0, 10);
  const held = (seconds) => {
    const minutes = Math.round(seconds / 60);
    const days = Math.floor(minutes / 1440), hours = Math.floor((minutes % 1440) / 60), rest = minutes % 60;
    return [days && `${days} d`, hours && `${hours} h`, (rest || !minutes) && `${rest} min`].filter(Boolean).join(" ");
  };

  // ---- unpacking
  const sum = (steps) => { let total = 0; return steps.map((step) => (total += step)); };
  const unpackTrades = (s) => {
    const entry = sum(s.entry), open = new Set(s.open);
    return entry.map((time, k) => ({
      index: k, number: k + 1 + s.skipped, entry: time, exit: time + s.held[k], long: s.long[k] === 1, open: open.has(k),
      quantity: s.quantity[k], in: s.in[k], out: s.out[k], net: s.net[k], favorable: s.favorable[k], adverse: s.adverse[k],
      cumulative: s.cumulative[k], whyIn: s.texts[s.why_in[k]], whyOut: open.has(k) ? "Open" : s.texts[s.why_out[k]], part: s.part[k],
      pips: s.net[k] / (s.quantity[k] * data.pip * data.point_value),
    }));
  };
  const unpackCandles = (c) => {
    const times = sum(c.time), closes = sum(c.close);
    return times.map((time, k) => ({
      time, open: (closes[k] + c.open[k]) / c.scale, high: (closes[k] + c.high[k]) / c.scale,
      low: (closes[k] + c.low[k]) / c.scale, close: closes[k] / c.scale,
    }));
  };
  const trades = data.strategies.map(unpackTrades);
  const chosen = () => trades[state.strategy] || [];
  const atOrBefore = (rows, time) => {
    let low = 0, high = rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (rows[middle].time <= time) low = middle; else high = middle - 1;
    }
    return low;
  };

  // ---- charts
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const look = () => ({
    layout: { background: { type: "solid", color: colour("paper") }, textColor: colour("quiet"), fontSize: 12 },
    grid: { vertLines: { color: colour("hatch") }, horzLines: { color: colour("hatch") } },
    rightPriceScale: { borderColor: colour("line") }, timeScale: { borderColor: colour("line") },
  });
  const candleLook = () => ({
    upColor: colour("paper"), downColor: colour("candle"), borderUpColor: colour("candle"), borderDownColor: colour("candle"),
    wickUpColor: colour("candle"), wickDownColor: colour("candle"),
  });

  /** Draws the three parts behind a series: search hatched, locked washed in blue, a border and a name for each. */
  class Parts {
    constructor(chart, times) { this.chart = chart; this.times = times; }
    updateAllViews() {}
    paneViews() { return [{ zOrder: () => "bottom", renderer: () => ({ draw: (target) => target.useMediaCoordinateSpace((scope) => this.draw(scope)) }) }]; }
    x(time) {
      const index = this.times.findIndex((value) => value >= time);
      return this.left(index < 0 ? this.times.length : index);
    }
    /** Left edge of a bar; the library converts whole indices only. */
    left(index) {
      const scale = this.chart.timeScale(), here = scale.logicalToCoordinate(index), before = scale.logicalToCoordinate(index - 1);
      return here === null || before === null ? null : (here + before) / 2;
    }
    draw({ context, mediaSize }) {
      const borders = data.parts.map((part) => this.x(part.start)).concat(this.left(this.times.length));
      if (borders.some((value) => value === null)) return;
      context.font = "12px system-ui, sans-serif";
      context.textBaseline = "top";
      data.parts.forEach((part, k) => {
        const left = Math.max(0, borders[k]), right = Math.min(mediaSize.width, borders[k + 1]);
        if (right <= left) return;
        if (k === 2) { context.fillStyle = colour("blue-wash"); context.fillRect(left, 0, right - left, mediaSize.height); }
        if (k === 0) this.hatch(context, left, right, mediaSize.height);
        if (k > 0 && borders[k] > 0) this.border(context, borders[k], mediaSize.height);
        const label = [PART_LABELS[k], PART_LABELS[k].split(" ")[0]].find((text) => context.measureText(text).width + 14 < right - left);
        if (label) { context.fillStyle = colour("quiet"); context.fillText(label, left + 7, 7); }
      });
    }
    hatch(context, left, right, height) {
      context.save();
      context.beginPath(); context.rect(left, 0, right - left, height); context.clip();
      context.strokeStyle = colour("hatch"); context.lineWidth = 2; context.beginPath();
      for (let x = left - height; x < right; x += 10) { context.moveTo(x, height); context.lineTo(x + height, 0); }
      context.stroke(); context.restore();
    }
    border(context, x, height) {
      context.save();
      context.strokeStyle = colour("orange"); context.lineWidth = 1.5; context.setLineDash([6, 4]);
      context.beginPath(); context.moveTo(x, 0); context.lineTo(x, height); context.stroke(); context.restore();
    }
  }

  const keys = (chart, box) => box.addEventListener("keydown", (event) => {
    const scale = chart.timeScale(), range = scale.getVisibleLogicalRange();
    const width = range ? range.to - range.from : 0;
    const moves = { ArrowLeft: [-0.1, -0.1], ArrowRight: [0.1, 0.1], "+": [0.15, -0.15], "=": [0.15, -0.15], "-": [-0.2, 0.2] };
    const move = moves[event.key];
    if (!range || !move) return;
    event.preventDefault();
    scale.setVisibleLogicalRange({ from: range.from + move[0] * width, to: range.to + move[1] * width });
  });

  const makeChart = (box, options) => {
    const chart = lib.createChart(box, { autoSize: true, localization: { locale: "en-GB", ...options.localization }, ...options.rest });
    chart.applyOptions(look());
    keys(chart, box);
    dark.addEventListener("change", () => { chart.applyOptions(look()); options.repaint(); });
    return chart;
  };

  let priceView = null;
  const makePrice = () => {
    const box = find("price-chart"), candles = unpackCandles(data.candles);
    if (priceView || !lib || !box || !candles.length) return;
    const chart = makeChart(box, {
      localization: { timeFormatter: (time) => `${moment(time)} UTC` },
      rest: { timeScale: { timeVisible: data.candles.length < 86400, secondsVisible: false, minBarSpacing: 0.1 }, rightPriceScale: { scaleMargins: { top: 0.14, bottom: 0.08 } } },
      repaint: () => { series.applyOptions(candleLook()); priceView.mark(); },
    });
    const series = chart.addSeries(lib.CandlestickSeries, {
      ...candleLook(), priceLineVisible: false, lastValueVisible: false, priceFormat: { type: "price", precision: data.digits, minMove: 10 ** -data.digits },
    });
    series.setData(candles);
    series.attachPrimitive(new Parts(chart, candles.map((candle) => candle.time)));
    const markers = lib.createSeriesMarkers(series, []);
    const link = chart.addSeries(lib.LineSeries, { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false, lineWidth: 2, lineStyle: 2 });
    const mark = () => {
      const signs = [];
      chosen().forEach((trade) => {
        const current = trade.index === state.trade, paint = colour(trade.long ? "blue" : "orange");
        signs.push({ time: candles[atOrBefore(candles, trade.entry)].time, position: trade.long ? "belowBar" : "aboveBar", shape: trade.long ? "arrowUp" : "arrowDown", color: paint, size: current ? 2 : 1, text: current ? `${trade.number} ${trade.long ? "long" : "short"} ${price(trade.in)}` : undefined });
        if (!trade.open) signs.push({ time: candles[atOrBefore(candles, trade.exit)].time, position: "atPriceMiddle", price: trade.out, shape: "circle", color: colour("text"), size: current ? 1 : 0.5 });
      });
      signs.sort((a, b) => a.time - b.time);
      markers.setMarkers(signs);
      const trade = chosen()[state.trade];
      const ends = trade ? [[trade.entry, trade.in], [trade.exit, trade.out]].map(([time, value]) => ({ time: candles[atOrBefore(candles, time)].time, value })) : [];
      link.setData(ends.length && ends[0].time < ends[1].time ? ends : []);
      if (trade) link.applyOptions({ color: colour(trade.long ? "blue" : "orange") });
    };
    const show = (from, to) => {
      const first = atOrBefore(candles, from), last = atOrBefore(candles, to);
      const edge = Math.max(10, Math.round((last - first) * 0.04));
      chart.timeScale().setVisibleLogicalRange({ from: first - edge, to: last + edge });
    };
    const zoom = (trade) => {
      const first = atOrBefore(candles, trade.entry), last = atOrBefore(candles, trade.exit);
      const edge = Math.max(25, Math.round((last - first) * 0.6));
      chart.timeScale().setVisibleLogicalRange({ from: first - edge, to: last + edge });
    };
    priceView = { mark, show, zoom, all: () => chart.timeScale().fitContent() };
    mark();
    locked();
  };
  const locked = () => {
    const part = data.parts[2], rows = chosen().filter((trade) => trade.part === 2);
    // Many trades in a long part would be a cloud of signs: begin with the latest ones.
    const from = rows.length > 60 ? rows[rows.length - 60].entry : part.start;
    priceView.show(from, part.end);
  };

  let equityView = null;
  const makeEquity = () => {
    const box = find("equity-chart");
    if (equityView || !lib || !box || !data.equity.length) return;
    const lines = [];
    const times = [...new Set(data.equity.flatMap((curve) => sum(curve.time)))].sort((a, b) => a - b);
    const chart = makeChart(box, {
      localization: { timeFormatter: day, priceFormatter: (value) => number(value, 0) },
      rest: { timeScale: { minBarSpacing: 0.05 }, rightPriceScale: { scaleMargins: { top: 0.16, bottom: 0.06 } } },
      repaint: () => paint(),
    });
    data.equity.forEach((curve, k) => {
      const stamps = sum(curve.time);
      const series = chart.addSeries(lib.LineSeries, { priceLineVisible: false, lineStyle: curve.together ? 2 : 0 });
      series.setData(stamps.map((time, n) => ({ time, value: curve.value[n] })).filter((point) => point.value !== null));
      if (k === 0) series.attachPrimitive(new Parts(chart, times));
      lines.push({ series, curve, last: curve.value[curve.value.length - 1] });
    });
    const paint = () => lines.forEach(({ series, curve }, k) => series.applyOptions({
      color: colour(k === state.strategy ? "blue" : curve.together ? "orange" : "grey-line"),
      lineWidth: k === state.strategy || curve.together ? 2 : 1, lastValueVisible: k === state.strategy,
    }));
    const words = (values, time) => {
      const texts = lines.map(({ curve }, k) => ({ k, text: `${curve.label}: ${number(values[k] === undefined ? null : values[k], 0)}` }))
        .filter(({ k }) => k === state.strategy || lines[k].curve.together).map(({ text }) => text);
      find("equity-words").textContent = `${time ? day(time) : "At the end"} · ${texts.join(" · ")} ${data.currency}`;
    };
    chart.subscribeCrosshairMove((event) => {
      if (event.time === undefined) return words(lines.map((line) => line.last), 0);
      return words(lines.map(({ series }) => (event.seriesData.get(series) || {}).value), event.time);
    });
    equityView = { paint: () => { paint(); words(lines.map((line) => line.last), 0); } };
    equityView.paint();
    chart.timeScale().setVisibleLogicalRange({ from: -Math.max(1.5, times.length * 0.022), to: times.length + 0.5 });
  };

  // ---- list of trades
  const listed = () => chosen().filter((trade) => state.part === "" || String(trade.part) === state.part);
  const cell = (row, text, kind) => {
    const made = row.insertCell();
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const gain = (value) => `number ${value > 0 ? "up" : value < 0 ? "down" : ""}`;
  const list = () => {
    const rows = listed(), pages = Math.max(1, Math.ceil(rows.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * PAGE, body = find("trades-table").tBodies[0];
    body.replaceChildren();
    find("part-column").hidden = state.part !== "";
    rows.slice(from, from + PAGE).forEach((trade) => {
      const row = body.insertRow();
      row.classList.toggle("chosen", trade.index === state.trade);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(trade.number);
      button.setAttribute("aria-label", `Trade ${trade.number}: show on the chart`);
      button.addEventListener("click", () => choose(trade.index, true));
      cell(row, "", "number").append(button);
      cell(row, trade.long ? "▲\u00a0long" : "▼\u00a0short", trade.long ? "long" : "short");
      if (state.part === "") cell(row, PART_NAMES[trade.part]);
      cell(row, moment(trade.entry)); cell(row, price(trade.in), "number"); cell(row, trade.whyIn, "signal");
      cell(row, moment(trade.exit)); cell(row, price(trade.out), "number"); cell(row, trade.whyOut, "signal");
      cell(row, trade.quantity.toLocaleString("en-US"), "number");
      cell(row, number(trade.net, 2, true), gain(trade.net)); cell(row, number(trade.pips, 1, true), gain(trade.pips));
      cell(row, number(trade.favorable, 2, true), "number"); cell(row, number(trade.adverse, 2, true), "number");
      cell(row, number(trade.cumulative, 2, true), "number");
    });
    const skipped = data.strategies[state.strategy] ? data.strategies[state.strategy].skipped : 0;
    find("trades-count").textContent = (rows.length
      ? `${number(from + 1, 0)} to ${number(Math.min(from + PAGE, rows.length), 0)} of ${number(rows.length, 0)} trades`
      : "No trades in this part") + (skipped ? `; the first ${number(skipped, 0)} are in trades.csv only` : "");
    find("page-before").disabled = state.page === 0;
    find("page-after").disabled = state.page >= pages - 1;
  };

  // ---- choices
  const tell = () => {
    const words = find("trade-words"), trade = chosen()[state.trade];
    if (!words) return;
    words.textContent = trade
      ? `Trade ${trade.number}, ${trade.long ? "long" : "short"} ${trade.quantity.toLocaleString("en-US")}: in ${moment(trade.entry)} at ${price(trade.in)} (${trade.whyIn}), ` +
        `out ${moment(trade.exit)} at ${price(trade.out)} (${trade.whyOut}), held ${held(trade.exit - trade.entry)}; ` +
        `net ${number(trade.net, 2, true)} ${data.currency}, ${number(trade.pips, 1, true)} pips.`
      : "Choose a trade here or in the list of trades.";
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
  on("page-before", "click", () => { state.page -= 1; list(); });
  on("page-after", "click", () => { state.page += 1; list(); });
  on("trade-before", "click", () => step(-1));
  on("trade-after", "click", () => step(1));
  document.querySelectorAll("[data-view]").forEach((button) => button.addEventListener("click", () => {
    if (priceView) { if (button.dataset.view === "locked") locked(); else priceView.all(); }
  }));

  const folds = [...document.querySelectorAll("#more > details")];
  const everything = find("open-all");
  everything.addEventListener("click", () => {
    const open = everything.getAttribute("aria-pressed") !== "true";
    folds.forEach((fold) => { fold.open = open; });
    everything.setAttribute("aria-pressed", String(open));
    everything.textContent = open ? "Fold everything" : "Open everything";
  });
  on("copy", "click", () => {
    const range = document.createRange();
    range.selectNodeContents(find("next-command"));
    const selection = window.getSelection();
    selection.removeAllRanges(); selection.addRange(range);
    let done = false;
    try { done = document.execCommand("copy"); } catch { done = false; }
    find("copy").textContent = done ? "Copied" : "Press Ctrl+C";
  });
  // A chart is drawn a frame after it is opened, too late for paper: closed, the price chart stays closed there.
  let before = [];
  window.addEventListener("beforeprint", () => {
    before = folds.filter((fold) => !fold.open && fold.id !== "price");
    before.forEach((fold) => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => before.forEach((fold) => { fold.open = false; }));
  const target = folds.find((fold) => `#${fold.id}` === location.hash);
  if (target) target.open = true;
  if (data.strategies.length) list();
  draw();
  if (location.hash === "#everything") everything.click();
})();
