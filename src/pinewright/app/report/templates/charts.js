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

const MOST_LINES = 9;
const sideOf = (seen) => (seen.direction > 0 ? "blue" : seen.direction < 0 ? "orange" : "quiet");
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
  const outlines = Array.from({ length: MOST_LINES }, () => chart.addSeries(lib.LineSeries, { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false, lineWidth: 2 }));
  /** The patterns at the chosen trade: its lines, dashed where they are levels, a square with the name where it was known. */
  const outline = (seen, signs) => {
    const at = (time) => candles[atOrBefore(candles, time)].time;
    const line = (points) => points.map(([time, value]) => ({ time: at(time), value })).filter((point, k, all) => !k || point.time > all[k - 1].time);
    const lines = seen.flatMap((one) => one.lines.map(([dashed, points]) => ({ one, dashed, points: line(points) }))).filter(({ points }) => points.length > 1);
    outlines.forEach((series, k) => {
      series.setData(lines[k] ? lines[k].points : []);
      if (lines[k]) series.applyOptions({ color: colour(sideOf(lines[k].one)), lineStyle: lines[k].dashed ? 2 : 0 });
    });
    seen.forEach((one) => signs.push({
      time: at(one.known), position: one.direction < 0 ? "aboveBar" : "belowBar", shape: "square", color: colour(sideOf(one)), size: 0.7, text: one.title,
    }));
  };
  const mark = () => {
    const signs = [];
    outline(seenAt(chosen()[state.trade]), signs);
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
    const starts = seenAt(trade).map((one) => one.start);
    const first = atOrBefore(candles, Math.min(trade.entry, ...starts)), last = atOrBefore(candles, trade.exit);
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

