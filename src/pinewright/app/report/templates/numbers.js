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
    index: k, number: k + 1 + s.skipped + s.dropped, entry: time, exit: time + s.held[k], long: s.long[k] === 1, open: open.has(k),
    quantity: s.quantity[k], in: s.in[k], out: s.out[k], net: s.net[k], favorable: s.favorable[k], adverse: s.adverse[k],
    cumulative: s.cumulative[k], value: s.value[k], whyIn: s.texts[s.why_in[k]], whyOut: open.has(k) ? "Open" : s.texts[s.why_out[k]], part: s.part[k],
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
const seenAt = (trade) => (trade ? data.strategies[state.strategy].seen.filter((one) => one.trade === trade.index) : []);
const chosen = () => trades[state.strategy] || [];
const atOrBefore = (rows, time) => {
  let low = 0, high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle].time <= time) low = middle; else high = middle - 1;
  }
  return low;
};

