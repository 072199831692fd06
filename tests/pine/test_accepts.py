"""Valid scripts over the whole language, above all where a checker is tempted to see an error: none may come.

A snippet stands below the version and an ``indicator()`` call, or, where it has its own version, alone. Warnings and
notes are allowed.
"""

from __future__ import annotations

import pytest

from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Severity, frame

HEAD = '//@version=6\nindicator("t", overlay = true)\n'

VALUES = {
    "na of every type": """
int a = na
float b = na
string c = na
color d = na
label e = na
line f = na
box g = na
table h = na
array<float> i = na
map<string, float> j = na
matrix<float> k = na
chart.point l = na
linefill m = na
polyline n = na
""",
    "na as an argument": """
plot(close > open ? close : na, color = close > open ? color.green : na)
label.new(na, na, na)
line.new(na, na, na, na, color = na)
x = nz(close[1], na)
""",
    "na in branches": """
x = close > open ? na : close
y = if close > open
    na
else
    close
z = switch
    close > open => na
    close < open => 1
    => 2.5
""",
    "na asked": "x = na(close[1]) or na(bar_index) or na(time) ? 0 : 1",
    "na passed to own functions": """
f(float x, string s = na) => na(x) ? 0.0 : x
y = f(na)
z = f(close, na)
""",
    "numbers mixed": """
float x = 1
x := bar_index
x += 1
y = 1 + 2.5 - 3 * 4 % 3 / 2
z = close > 1 ? 1 : 2.5
w = math.max(1, 2.5, bar_index)
v = -close + +1
u = 5 % 2.5
""",
    "quotients as lengths": """
length = input.int(20)
x = ta.wma(close, length / 2)
y = ta.sma(close, length / 2)
z = 2 * ta.wma(close, length / 2) - ta.wma(close, length)
hull = ta.wma(z, math.round(math.sqrt(length)))
""",
    "literals": """
x = .5
y = 1e10
z = 1.5e-3
a = 5.
b = #FF9800
c = #ff980080
d = true
e = ""
""",
    "strings": r"""
a = "it's"
b = 'say "hi"'
c = "say \"hi\"\n\tand a backslash \\"
d = 'it\'s'
e = "a" + 'b' + str.tostring(close, "#.##") + "\n"
f = e
f += "!"
""",
    "strings compared": 'x = syminfo.ticker == "EURUSD" or timeframe.period != "D"',
    "int taken for float in collections": """
a = array.new<float>(3, 0)
a.push(1)
a.set(0, bar_index)
m = map.new<string, float>()
m.put("a", 1)
""",
    "bool in v6": """
x = bool(bar_index)
bool y = false
y := close > open
z = if y
    true
w = y == x and y != z
v = not y or not (x and z)
""",
    "colors": """
base = color.new(color.blue, 50)
soft = color.new(base, close > open ? 20 : 80)
mixed = color.rgb(10, bar_index % 255, 30, 40)
scaled = color.from_gradient(close, low, high, color.red, color.green)
red = color.r(scaled) + color.g(base) + color.b(soft) + color.t(mixed)
same = base == soft
plot(close, color = close > open ? #00FF00 : base)
""",
    "history everywhere": """
a = close[1]
b = (high + low)[2]
c = ta.sma(close, 3)[1]
d = close[bar_index > 10 ? 10 : 0]
e = math.max(open, close)[1]
n = 3
f = high[n]
g = close[ta.barssince(close > open)]
h = (close > open)[1] ? 1 : 0
i = time[1] - time
""",
    "lazy operators and nested choices": """
x = close > open ? high > high[1] ? 1 : 2 : low < low[1] ? 3 : 4
y = close > open and (high > high[1] or low < low[1]) and not (volume > 0)
trend = close > open ? "up" :
     close < open ? "down" :
     "flat"
""",
    "long conditions over lines": """
ready = close > open
     and high > high[1]
     and low > low[1]
plot(
     ready ? close : na,
     title = "Ready",
     color = color.red
     )
""",
    "several statements on a line": "a = 1, b = 2, c = a + b\nplot(c), plot(b)",
    "v6 brackets over lines at four": "x = ta.sma(\n    close,\n    20\n)\nplot(x)",
}

STRUCTURES = {
    "if without else as a value": """
x = if close > open
    close
plot(x)
""",
    "if with else if as a value": """
x = if close > open
    1
else if close < open
    -1
else
    0
""",
    "if as a statement with different ends": """
var n = 0
if close > open
    n += 1
else if close < open
    label.new(bar_index, high, "x")
else
    alert("same")
""",
    "switch with a subject": """
kind = input.string("EMA", options = ["SMA", "EMA", "WMA"])
x = switch kind
    "SMA" => ta.sma(close, 10)
    "EMA" => ta.ema(close, 10)
    "WMA" => ta.wma(close, 10)
    => na
""",
    "switch without default": """
x = switch
    close > open => 1
    close < open => -1
""",
    "switch as a statement": """
var n = 0
switch
    close > open =>
        n := 1
        label.new(bar_index, high)
    close < open => n := -1
    => alert("flat")
""",
    "switch of an enum": """
enum Side
    long = "Long"
    short = "Short"
side = input.enum(Side.long, "Side")
x = switch side
    Side.long => 1
    Side.short => -1
""",
    "switch of ints with blocks": """
x = switch bar_index % 3
    0 =>
        y = close
        y + 1
    1 => open
    => high
""",
    "for as a value": """
x = for i = 0 to 9
    close[i]
y = for i = 10 to 0 by 2
    i * 2
""",
    "for with break and continue": """
total = 0.0
for i = 0 to 20 by 2
    if close[i] > open[i]
        continue
    if i > 15
        break
    total += close[i]
""",
    "for with bounds of each bar": """
total = 0
for i = 0 to math.min(bar_index, 10)
    total += i
last = for i = 0 to array.size(array.from(1, 2)) - 1
    i
""",
    "a function that is called once": """
once(float x) =>
    x + 1
plot(once(close))
""",
    "once, and a text over lines": """
var int started = na
once
    started := time
once close > open and not na(started)
    label.new(bar_index, high, '''first
green bar''')
""",
    "while as a value": """
n = 0
x = while n < 5
    n += 1
    n * 2
""",
    "for in": """
a = array.from(1.0, 2.0, 3.0)
total = 0.0
for x in a
    total += x
for [i, x] in a
    total += x * i
""",
    "for in over a map and a matrix": """
m = map.new<string, float>()
m.put("a", 1.0)
total = 0.0
for [key, value] in m
    total += value + str.length(key)
x = matrix.new<float>(2, 2, 1)
for row in x
    total += row.sum()
for [i, row] in x
    total += row.get(0) * i
""",
    "nested blocks with shadowing": """
x = 1
if close > open
    x = 2.5
    for i = 0 to 2
        x := x + i
        y = "a"
        y += str.tostring(x)
y = x
""",
    "var alone makes no series": """
var int length = 5
var string symbol = syminfo.tickerid
x = ta.ema(close, length)
var const table t = table.new(position.top_right, 1, 1)
""",
    "changes that are known on the first bar make no series": """
n = 10
n := 20
m = 10
if syminfo.type == "forex"
    m := 30
switch timeframe.period
    "D" => m := 40
k = if timeframe.isdaily
    5
else
    10
x = ta.ema(close, n) + ta.ema(close, m) + ta.ema(close, k)
""",
    "a name that is thrown away twice": """
_ = "one"
_ = "two"
[_, s, _] = ta.macd(close, 12, 26, 9)
""",
    "var and varip": """
var float highest = na
var int count = 0
varip int ticks = 0
var array<float> prices = array.new<float>()
varip array<int> times = array.new<int>()
highest := math.max(nz(highest, high), high)
count += 1
ticks += 1
if prices.size() > 100
    prices.shift()
prices.push(close)
""",
    "declarations with all qualifiers": """
const int a = 5
const string name = "t"
simple float b = syminfo.mintick
series float c = close
input int d = 3
simple string e = syminfo.ticker
var series float f = 0.0
x = ta.ema(close, a)
""",
    "comments and blank lines": """
// one
if close > open // two

    // three
    alert("a")

// four
else
    // five
    alert("b")
""",
    "if whose condition is a call": """
if barstate.islast and ta.crossover(close, open)
    label.new(bar_index, high, str.format("{0} {1}", close, open))
""",
}

FUNCTIONS = {
    "parameters with qualifiers and defaults": """
f(simple int length, series float src = close, string name = "a", bool on = true) =>
    on ? ta.ema(src, length) : str.length(name)
x = f(14)
y = f(14, high)
z = f(14, on = false, name = "b")
w = f(length = input.int(5))
""",
    "generic parameters": """
pick(a, b) => close > open ? a : b
x = pick(1, 2)
y = pick(1.5, 2)
z = pick("a", "b")
c = pick(color.red, color.blue)
d = pick(close > open, false)
""",
    "tuples with underscores": """
f() =>
    [close, open, "a", close > open]
[a, _, s, _] = f()
[m, _, _] = ta.macd(close, 12, 26, 9)
[_, upper, lower] = ta.bb(close, 20, 2)
[_, _, adx] = ta.dmi(14, 14)
""",
    "tuples of branches": """
[a, b] = if close > open
    [1, 2.5]
else
    [2, 3]
[c, d] = switch
    close > open => [high, low]
    => [low, high]
""",
    "functions that end with a block": """
f(float x) =>
    if x > 0
        x
    else
        -x
g(int n) =>
    for i = 0 to n
        i
h(string s) =>
    switch s
        "a" => 1
        => 2
x = f(close) + g(3) + h("a")
""",
    "functions that give nothing": """
mark(string s) =>
    label.new(bar_index, high, s)
    alert(s)
say() => alert("a")
if close > open
    mark("x")
    say()
""",
    "functions of functions": """
square(x) => x * x
norm(x, y) => math.sqrt(square(x) + square(y))
mean(src, n) =>
    total = 0.0
    for i = 0 to n - 1
        total += src[i]
    total / n
x = norm(close, open) + mean(close - open, 10)
""",
    "functions with memory": """
counter(bool hit) =>
    var n = 0
    if hit
        n += 1
    n
x = counter(close > open) + counter(close < open)
""",
    "functions that read globals": """
length = input.int(14)
var hits = array.new<int>()
f(src) =>
    hits.push(bar_index)
    ta.rsi(src, length)
x = f(close)
""",
    "overloads called with a value of no type": """
pop(array<string> a) => a.pop()
pop(array<color> a) => a.pop()
f(a) =>
    pop(a)
half(int n) => n
half(float n) => n
g() =>
    half(na)
    half(3 / 2)
""",
    "untyped parameters keep what is known of their values": """
pass(source) => source
frame(tf) => syminfo.session == session.extended and tf == "1D" ? "1440" : tf
plot(close, title = pass("Close"), linewidth = pass(2))
plot(open, title = frame("1D"))
x = ta.ema(close, pass(14))
""",
    "a method that calls the built-in one of its name": """
method clear(array<label> this) =>
    for l in this
        l.delete()
    this.clear()
array<label> labels = array.new<label>()
labels.clear()
""",
    "overloads": """
area(float side) => side * side
area(float a, float b) => a * b
show(int x) => str.tostring(x)
show(string x) => x
y = area(2.0) + area(2.0, 3.0)
s = show(1) + show("a")
""",
    "a library's functions and what is around them": """//@version=6
library("L")
LIMIT = 5
const array<int> never = array.from(1)
var total = 0
total += 1
helper(int n) => n + total
export f(int n, int total = 2) =>
    var seen = array.new<int>()
    seen.push(n)
    total + LIMIT + helper(n) + seen.size()
plot(f(1))
""",
    "names of built-ins as own names": """
length = 5
range = high - low
color1 = color.red
high_ = high
source = close
type = 1
method = 2
f(tr, volume, source, max) => tr + volume + source + max
x = f(1, 2, 3, 4)
change = ta.change(close)
sma = ta.sma(close, length)
rsi = ta.rsi(close, 14)
label = "a"
time_ = time
timeframe_ = timeframe.period
""",
    "names of types and of own functions as names of variables": """
var color color = na
string string = "a"
rsi(float src, int len) => ta.rsi(src, len)
sto(x) => [x, x]
rsi = rsi(close, 14)
[sto, _] = sto(close)
bool a = true, b = 1
c = b + 1
""",
    "defaults that are built-in variables": """
f(int x, y = close, c = color.red, t = timenow, float z = na, n = -5) => x + y + n
x = f(1)
""",
    "built-in variables shadowed": """
f(close, open) => close - open
x = f(high, low)
volume = 5
y = volume + 1
""",
    "text parameters that are constants at the call": """
draw(string title, color c) => label.new(bar_index, high, title, color = c)
if barstate.islast
    draw("a", color.red)
    draw(str.tostring(close), color.new(color.red, bar_index % 100))
""",
}

TYPES = {
    "types with fields of all kinds": """
type Level
    float price
    int index = 0
    string name = "a"
    bool broken = false
    color tint = color.red
    line drawn = na
    array<float> touches = na
    varip int ticks = 0
a = Level.new()
b = Level.new(close)
c = Level.new(close, bar_index, name = "b")
Level d = na
e = Level.new(price = high, touches = array.new<float>())
d := e
d.price += 1
d.index := bar_index
if na(a) or not na(b)
    c.touches := array.from(1.0, 2)
""",
    "history of fields and objects": """
type Pivot
    float price
    int bar
var Pivot p = Pivot.new(close, bar_index)
x = (p[1]).price
q = p[2]
z = na(q) ? 0.0 : q.price
""",
    "copies": """
type A
    int n
a = A.new(1)
b = a.copy()
c = A.copy(a)
b.n := 2
x = array.from(1, 2)
y = x.copy()
""",
    "types in types": """
type Point
    float x
    float y
type Box
    Point from
    Point to
    array<Point> corners
b = Box.new(Point.new(1, 2), Point.new(3, 4), array.new<Point>())
b.corners.push(b.from)
b.from.x := 5
w = b.to.x - b.from.x
f = b.corners.get(0).x + b.corners.first().y
""",
    "arrays of objects": """
type Trade
    float price
    bool open = true
var trades = array.new<Trade>()
trades.push(Trade.new(close))
trades.push(Trade.new(price = open, open = false))
total = 0.0
for [i, t] in trades
    if t.open
        total += t.price * i
        t.open := false
last = trades.size() > 0 ? trades.last() : na
if not na(last)
    last.price := 0
""",
    "methods of own types": """
type Account
    float balance = 0
method add(Account this, float amount = 1.0) =>
    this.balance += amount
    this
method total(Account this) => this.balance
a = Account.new()
x = a.add(5).add().add(amount = 2).total()
y = total(a)
""",
    "methods of built-in types": """
method mid(array<float> this) => (this.max() + this.min()) / 2
method twice(float this) => this * 2
method twice(int this) => this * 2
method shout(string this, int n = 1) => str.upper(this) + str.repeat("!", n)
x = array.from(1.0, 2.0).mid().twice()
y = syminfo.ticker.shout(3)
z = close.twice()
""",
    "enums": """
enum Kind
    fast = "Fast line"
    slow = "Slow line"
    off
kind = input.enum(Kind.fast, "Kind", options = [Kind.fast, Kind.slow])
Kind other = Kind.off
x = kind == Kind.fast ? 1 : kind != other ? 2 : 3
text = str.tostring(kind)
f(Kind k) => k == Kind.slow
y = f(kind)
m = map.new<Kind, float>()
m.put(Kind.fast, close)
""",
    "built-in methods": """
l = label.new(bar_index, high, "a")
l.set_text("b")
l.set_xy(bar_index, low)
n = line.new(bar_index, low, bar_index + 1, high)
n.set_color(color.red)
f = linefill.new(n, line.new(bar_index, high, bar_index + 1, low), color.red)
b = box.new(bar_index, high, bar_index + 1, low)
b.set_bgcolor(color.new(color.red, 90))
t = l.get_text() + str.tostring(n.get_price(bar_index)) + str.tostring(b.get_top())
label.delete(l)
n.delete()
s = str.split("a,b", ",").join(";")
""",
}

COLLECTIONS = {
    "arrays": """
a = array.new<float>(5, 0.0)
b = array.new_float(3)
c = array.new_int(2, 1)
d = array.from(1, 2, 3)
e = array.from("a", "b")
float[] f = array.new<float>()
g = array.new<line>()
h = array.new<color>(1, color.red)
a.push(close), a.unshift(1), a.insert(0, 2)
x = a.get(0) + a.pop() + a.shift() + a.remove(0) + a.avg() + a.sum() + a.median() + a.stdev() + a.max(1)
a.sort(order.descending), a.reverse(), a.fill(1), a.concat(f), a.clear()
i = a.indexof(1) + d.size() + d.binary_search(2)
y = a.includes(1.0) and e.includes("a") and d.every() or d.some()
z = a.slice(0, 1)
p = a.percentile_linear_interpolation(50) + array.covariance(a, f)
j = e.join(",") + array.join(d, ",")
k = d.sort_indices().get(0) + d.range() + d.mode()
""",
    "maps": """
m = map.new<string, float>()
m.put("a", 1.0)
x = m.get("a") + nz(m.remove("a"))
y = m.contains("a") ? 1 : m.size()
for key in m.keys()
    alert(key)
v = m.values().sum()
n = m.copy()
n.put_all(m), n.clear()
map<int, string> o = map.new<int, string>()
""",
    "matrices": """
m = matrix.new<float>(2, 2, 0)
m.set(0, 0, 1.5), m.add_row(0, array.from(1.0, 2)), m.fill(1)
a = m.mult(m.transpose())
b = m.mult(2)
c = matrix.mult(m, array.from(1.0, 2.0))
d = m.det() + m.rank() + m.trace() + m.avg() + m.max() + m.get(0, 0)
e = m.inv(), f = m.pinv(), g = m.eigenvalues(), h = m.row(0), i = m.col(1)
j = matrix.sum(m, a), k = m.pow(2), l = m.submatrix(0, 1), n = m.diff(1)
o = m.is_square() and m.is_symmetric() ? m.rows() : m.columns()
p = matrix.new<int>(1, 1, 2), q = matrix.new<string>(1, 1, "a")
""",
    "collections of ints where floats are asked": """
m = matrix.new<float>()
m.add_row(0, array.from(1, 2, 3))
m.add_col(0, array.from(4))
method note(matrix<float> this, string text = "") => str.tostring(this) + text
x = matrix.new<int>(1, 1, 2).note("a")
""",
    "collections in types": """
type Book
    array<float> prices
    map<string, int> counts
    matrix<float> grid
b = Book.new(array.new<float>(), map.new<string, int>(), matrix.new<float>(1, 1, 0))
b.prices.push(close)
b.counts.put("a", 1)
x = b.prices.size() + b.counts.get("a") + b.grid.get(0, 0)
""",
    "arrays of own types in functions": """
type P
    float x
make(int n) =>
    r = array.new<P>()
    for i = 0 to n - 1
        r.push(P.new(close[i]))
    r
total(array<P> ps) =>
    s = 0.0
    for p in ps
        s += p.x
    s
y = total(make(3))
""",
    "types of map values": """
type Stats
    int n = 0
    float sum = 0.0
var m = map.new<string, Stats>()
if not m.contains("a")
    m.put("a", Stats.new())
s = m.get("a")
s.n += 1
s.sum += close
""",
}

BUILT_INS = {
    "every kind of input": """
a = input(14, "Any")
b = input(close, "Source")
c = input(true)
d = input.int(14, "Length", minval = 1, maxval = 100, step = 1, tooltip = "t", group = "g", inline = "i")
e = input.float(1.5, "Factor", options = [1.0, 1.5, 2])
f = input.bool(true, "On", group = "g", confirm = true)
g = input.string("a", "Kind", options = ["a", "b"])
h = input.color(color.red, "Color", inline = "i")
i = input.source(close, "Source")
j = input.timeframe("D", "Frame", options = ["D", "W"])
k = input.session("0930-1600", "Session")
l = input.symbol("NASDAQ:AAPL", "Symbol")
m = input.time(timestamp("2024-01-01"), "From")
n = input.price(100.0, "Price")
o = input.text_area("a", "Text")
p = input.int(5, options = [5, 10, 20])
q = ta.sma(i, d) + e + n
r = ta.ema(b, p)
""",
    "inputs that follow inputs": """
group = "Lengths"
fast = input.int(12, "Fast", group = group)
slow = input.int(26, "Slow", group = group, active = fast > 5)
x = ta.ema(close, fast) - ta.ema(close, slow)
""",
    "display flags": """
plot(close, display = display.all - display.status_line)
plot(open, display = display.pane + display.data_window)
x = input.int(1, display = display.none)
plot(high, display = input.bool(true) ? display.all : display.none)
""",
    "plots of all kinds": """
a = plot(close, "Close", color.red, 2, plot.style_linebr, trackprice = true, offset = 1, join = true)
b = plot(open, style = plot.style_stepline_diamond, linewidth = input.int(2), linestyle = plot.linestyle_dashed)
fill(a, b, color = color.new(color.red, 90), title = "Fill", fillgaps = true)
fill(a, b, high, low, color.red, color.blue)
h1 = hline(70, "Upper", color.gray, hline.style_dashed, 1)
h2 = hline(30)
fill(h1, h2, color.new(color.purple, 90))
fill(h1, h2, 70, 30, color.red, color.new(color.blue, 50))
plotshape(close > open, "Up", shape.triangleup, location.belowbar, color.green, text = "a", size = size.small)
plotshape(close, style = shape.circle, location = location.absolute)
plotchar(close < open, char = "x", location = location.top)
plotarrow(close - open, colorup = color.green)
plotbar(open, high, low, close), plotcandle(open, high, low, close, color = close > open ? color.green : color.red)
bgcolor(close > open ? color.new(color.green, 90) : na, offset = -1)
barcolor(close > open ? color.green : na)
""",
    "drawings": """
if barstate.islast
    l = label.new(bar_index, high, str.tostring(close) + " now", xloc.bar_index, yloc.abovebar, color.red,
         label.style_label_down, color.white, size.small, text.align_left, "tip",
         text_font_family = font.family_monospace, text_formatting = text.format_bold + text.format_italic)
    label.new(chart.point.now(high), "a", size = 20)
    n = line.new(time, low, time + 1000, high, xloc = xloc.bar_time, extend = extend.right, width = 2)
    line.new(chart.point.from_index(bar_index, low), chart.point.from_time(time, high), style = line.style_dotted)
    box.new(bar_index - 5, high, bar_index, low, border_color = na, bgcolor = color.new(color.red, 80), text = "b")
    box.new(chart.point.from_index(0, 1.0), chart.point.new(time, bar_index, 2.0))
""",
    "polylines and points": """
var points = array.new<chart.point>()
points.push(chart.point.from_index(bar_index, close))
chart.point p = chart.point.now()
p.price := high
points.push(p.copy())
var polyline shape_ = na
if barstate.islast
    polyline.delete(shape_)
    shape_ := polyline.new(points, curved = true, closed = false, line_color = color.red, fill_color = na)
x = points.first().price + points.last().index
""",
    "tables": """
var table t = table.new(position.top_right, 2, 3, bgcolor = color.gray, border_width = 1)
if barstate.islast
    table.cell(t, 0, 0, "Close", text_color = color.white, text_size = size.small, bgcolor = color.red)
    t.cell(1, 0, str.tostring(close, format.mintick), text_halign = text.align_right)
    t.cell_set_text(0, 1, "b")
    t.merge_cells(0, 2, 1, 2)
    t.clear(0, 0, 1, 1)
""",
    "all drawings": "x = label.all.size() + line.all.size() + box.all.size() + table.all.size() + polyline.all.size()",
    "text of numbers": """
a = str.format("{0} {1,number,#.##} {2} {3} {4} {5}", close, open, "a", bar_index, close > open, time)
b = str.tostring(close, format.percent) + str.tostring(true) + str.tostring(array.from(1, 2))
c = str.format_time(time, "yyyy-MM-dd HH:mm", syminfo.timezone)
d = str.tonumber("5") + str.length("abc") + str.pos("abc", "b")
e = str.replace_all("a-b", "-", "") + str.substring("abc", 1, 2) + str.lower("A") + str.trim(" a ")
f = str.contains("abc", "b") and str.startswith("abc", "a") and str.endswith("abc", "c")
g = str.split("a,b", ",").get(0) + str.match("abc", "[a-c]+") + str.replace("aa", "a", "b", 1)
""",
    "times": """
a = timestamp("2024-01-01")
b = timestamp("01 Jan 2024 13:30 +0000")
c = timestamp(2024, 1, 1, 0, 0)
d = timestamp("America/New_York", 2024, 1, 1, 9, 30, 0)
e = timestamp("GMT+2", year, month, dayofmonth, 0, 0)
g = time("D") + time(timeframe.period, "0930-1600", "America/New_York") + time_close("60")
h = not na(time(timeframe.period, "0930-1600:23456"))
i = hour(time, "UTC") + minute + dayofweek(time) + year(time_close) + weekofyear + second(timenow)
j = dayofweek == dayofweek.monday or month == 1
k = timeframe.in_seconds("60") + timeframe.in_seconds()
l = timeframe.change("D") and timeframe.isintraday and timeframe.multiplier > 1
m = time_tradingday + last_bar_time + last_bar_index
n = time("1W", 1) + time_close(timeframe.period, -1)
""",
    "states and symbols": """
a = barstate.isfirst or barstate.islast or barstate.ishistory or barstate.isnew or barstate.islastconfirmedhistory
b = session.ismarket and not session.ispremarket and session.isfirstbar
c = syminfo.ticker + syminfo.prefix + syminfo.currency + syminfo.type + syminfo.timezone + syminfo.description
d = syminfo.mintick * syminfo.pointvalue + syminfo.pricescale
e = chart.bg_color == chart.fg_color or chart.is_heikinashi
f = chart.left_visible_bar_time
""",
    "requests": """
a = request.security(syminfo.tickerid, "D", close)
[h, l] = request.security(syminfo.tickerid, "D", [high[1], low[1]], lookahead = barmerge.lookahead_on)
f(n) =>
    [ta.sma(close, n), ta.atr(14), close > open]
[m, r, up] = request.security("NASDAQ:AAPL", timeframe.period, f(10), barmerge.gaps_off)
b = request.security(ticker.heikinashi(syminfo.tickerid), "60", ta.rsi(close, 14)[1], ignore_invalid_symbol = true)
type Bar
    float o
    float c
x = request.security(syminfo.tickerid, "W", Bar.new(open, close))
y = x.o - x.c
z = request.security(syminfo.tickerid, input.timeframe("D"), input.source(close))
""",
    "dynamic requests": """
symbols = array.from("NASDAQ:AAPL", "NASDAQ:MSFT")
total = 0.0
for s in symbols
    total += nz(request.security(s, "D", close[1], lookahead = barmerge.lookahead_on))
if close > open
    total := request.security(bar_index % 2 == 0 ? "NASDAQ:AAPL" : "NASDAQ:MSFT", "D", close)
""",
    "lower time frames": """
a = request.security_lower_tf(syminfo.tickerid, "1", close)
[o, c] = request.security_lower_tf(syminfo.tickerid, "1", [open, close])
x = a.size() > 0 ? a.last() : na
y = o.size() + c.avg()
for v in a
    y += v
""",
    "other requests": """
a = request.financial(syminfo.tickerid, "TOTAL_REVENUE", "FQ")
b = request.dividends(syminfo.tickerid, dividends.gross)
c = request.earnings(syminfo.tickerid, earnings.actual)
d = request.currency_rate("USD", "EUR")
e = request.economic("US", "GDP")
f = request.splits(syminfo.tickerid, splits.numerator)
""",
    "tickers": """
a = ticker.new("NASDAQ", "AAPL", session.extended, adjustment.splits)
b = ticker.modify(syminfo.tickerid, session = session.regular)
c = ticker.renko(syminfo.tickerid, "ATR", 14)
d = ticker.standard(a)
x = request.security(b, timeframe.period, close)
""",
    "footprints": """
footprint f = request.footprint(100)
if not na(f)
    array<volume_row> rows = f.rows()
    volume_row poc = f.poc()
""",
    "alerts": """
alertcondition(ta.crossover(close, open), "Cross", "{{ticker}} crossed at {{close}}")
if close > open
    alert("Close " + str.tostring(close), alert.freq_once_per_bar_close)
log.info("a {0}", close), log.warning("b"), log.error("c")
""",
    "functions of ta": """
a = ta.highest(10) + ta.lowest(10) + ta.highest(high, 5) + ta.highestbars(5)
b = ta.pivothigh(5, 5) + nz(ta.pivotlow(low, 3, 3))
c = ta.valuewhen(close > open, close, 1) + ta.barssince(close > open)
[st, dir] = ta.supertrend(3, 10)
[mid, up, low_] = ta.kc(close, 20, 1.5)
d = ta.vwap + ta.vwap(hlc3) + ta.obv + ta.tr + ta.tr(true) + ta.accdist
e = ta.change(close) + ta.change(close, 2) + ta.cum(volume) + ta.mom(close, 3) + ta.sar(0.02, 0.02, 0.2)
f = ta.linreg(close, 14, 0) + ta.correlation(close, open, 10) + ta.percentrank(close, 10) + ta.alma(close, 9, 0.85, 6)
g = ta.rising(close, 3) and ta.falling(open, 2) or ta.cross(close, open)
h = ta.sma(close, bar_index % 10 + 1) + ta.stoch(close, high, low, 14) + ta.cci(hlc3, 20)
[v, vu, vl] = ta.vwap(close, timeframe.change("D"), 1)
i = fixnan(ta.pivothigh(5, 5)) + nz(close[1], open) + ta.max(close) + ta.median(close, 3)
""",
    "functions of math": """
a = math.abs(-5) + math.sign(close) + math.floor(1.5) + math.ceil(close) + math.round(close, 2) + math.pow(2, 3)
b = math.avg(1, 2, 3, 4) + math.min(1, 2) + math.max(close, open, high) + math.sum(close, 5)
c = math.random(0, 1, 5) + math.sin(1) + math.atan(2) + math.todegrees(math.pi) + math.log10(10) + math.exp(1)
int d = math.round(close)
int e = math.floor(close)
int f = int(close)
int g = math.abs(-5)
h = math.round_to_mintick(close) + float(5) + math.phi + math.e
""",
    "colors chosen by a series": """
c = close > open ? color.green : close < open ? color.red : na
plot(close, color = c)
bgcolor(na(c) ? na : color.new(c, 80))
""",
    "functions with the argument of the chart": """
max_bars_back(close, 500)
x = close[math.min(bar_index, 400)]
runtime.error(na(close) ? "no data" : "")
""",
    "nested choices over lines of drawing": """
line l = close > open ? line.new(bar_index, low, bar_index + 1, high) :
     close < open ? line.new(bar_index, high, bar_index + 1, low) :
     na
if not na(l)
    l.set_width(2)
label b = if close > open
    label.new(bar_index, high)
box c = na
c := close > open ? box.new(bar_index, high, bar_index + 1, low) : c
""",
}

SCRIPTS = {
    "a strategy with everything": """//@version=6
strategy("t", "short", true, pyramiding = 2, calc_on_every_tick = false, initial_capital = 10000,
     default_qty_type = strategy.percent_of_equity, default_qty_value = 10, currency = currency.USD,
     commission_type = strategy.commission.percent, commission_value = 0.1, slippage = 2, margin_long = 100,
     margin_short = 100, process_orders_on_close = true, close_entries_rule = "ANY", max_labels_count = 500)
if ta.crossover(close, open)
    strategy.entry("L", strategy.long, qty = 1, limit = close - 1, comment = "in", alert_message = "a")
if ta.crossunder(close, open)
    strategy.entry("S", strategy.short, stop = low)
strategy.exit("X", "L", profit = 100, loss = 50, trail_points = 20, trail_offset = 5, qty_percent = 50)
strategy.exit("Y", stop = strategy.position_avg_price - 1, limit = na, oca_name = "o", comment_profit = "p")
strategy.order("O", close > open ? strategy.long : strategy.short, 1, oca_type = strategy.oca.cancel)
strategy.close("L", comment = "out", immediately = true)
strategy.close_all("end")
strategy.cancel("L"), strategy.cancel_all()
""",
    "what a strategy knows": """//@version=6
strategy("t")
a = strategy.position_size > 0 and strategy.opentrades == 0 or strategy.closedtrades > 5
b = strategy.equity + strategy.netprofit + strategy.openprofit + strategy.initial_capital + strategy.max_drawdown
n = strategy.closedtrades - 1
c = strategy.closedtrades.profit(n) + strategy.closedtrades.entry_price(n) + strategy.closedtrades.exit_bar_index(n)
d = strategy.closedtrades.entry_id(0) + strategy.closedtrades.exit_comment(0) + strategy.position_entry_name
e = strategy.opentrades.entry_bar_index(strategy.opentrades - 1) + strategy.opentrades.size(0)
f = strategy.wintrades / strategy.losstrades + strategy.grossprofit / strategy.grossloss
g = strategy.default_entry_qty(close) + strategy.convert_to_account(close)
strategy.risk.max_drawdown(10, strategy.percent_of_equity)
strategy.risk.allow_entry_in(strategy.direction.long)
strategy.risk.max_position_size(5)
direction = close > open ? strategy.long : strategy.short
strategy.entry("E", direction, a ? 1 : 2)
""",
    "strategy calls in functions and loops": """//@version=6
strategy("t")
enter(string id, bool up) =>
    if up
        strategy.entry(id, strategy.long)
    else
        strategy.entry(id, strategy.short)
if close > open
    enter("A", true)
for i = 0 to 2
    strategy.exit("X" + str.tostring(i), "A", stop = low - i, qty_percent = 33)
switch
    close < open => strategy.close("A")
    => strategy.cancel("A")
""",
    "a library": """//@version=6
// @description Small things.
library("Small", overlay = true)
// @type A level.
export type Level
    float price
    int bar = 0
export enum Side
    up
    down = "Down"
// @function Twice.
export twice(float x) => x * 2
export method shift(Level this, float by = 1.0) =>
    this.price += by
    this
export average(simple int length, series float src) =>
    ta.ema(src, length)
export const int LIMIT = 5
helper(x) => x + 1
export pair(float a) => [helper(a), twice(a)]
export side(float a, float b) => a > b ? Side.up : Side.down
plot(twice(close))
""",
    "an import": """//@version=6
indicator("t")
import TradingView/ta/10 as tv
import somebody/Tools/3
[a, b] = tv.relativeVolume(10, "D", true, close)
x = tv.dema(close, 10) + 1
tv.Something y = tv.Something.new(1)
Tools.thing z = na
plot(Tools.calc(close, length = 5))
f(Tools.thing t, float v) => t.value + v
w = y.field.method(x).other
if tv.flag(close)
    alert("a")
""",
    "an alias that a parameter hides": """//@version=6
indicator("t")
import somebody/Points/1 as p
type Shape
    p.point at
move(Shape p, float x) =>
    p.at := na(p) ? p.point.new(x) : p.at
    p
""",
    "no declaration but a library": """//@version=6
library("L")
export f(int a, array<float> b, string c = "x") => b.get(a) + str.length(c)
""",
    "crlf line ends and tabs": (
        '//@version=6\r\nindicator("t")\r\nif close > open\r\n\talert("a")\r\n\tif true\r\n\t\talert("b")\r\n'
    ),
    "no version": 'indicator("t")\nplot(close)\n',
    "arguments of the declaration": """//@version=6
indicator(title = "t", shorttitle = "s", overlay = false, format = format.price, precision = 2, scale = scale.right,
     max_bars_back = 500, timeframe = "", timeframe_gaps = true, explicit_plot_zorder = true, max_lines_count = 500,
     max_labels_count = 500, max_boxes_count = 500, max_polylines_count = 100, dynamic_requests = true,
     behind_chart = false)
plot(close)
""",
}

BEFORE_V6 = {
    "v5: numbers as bools": """//@version=5
indicator("t")
x = bar_index ? 1 : 2
if volume
    alert("a")
bool b = 1
y = close > open and bar_index or not volume
while bar_index - bar_index
    break
""",
    "v5: bools that are na": """//@version=5
indicator("t")
bool x = na
var bool y = na
z = na(x) or nz(y)
w = nz(close > open, false)
x := close > open ? true : na
v = if close > open
    true
""",
    "v5: when and transp": """//@version=5
strategy("t", overlay = true)
plot(close, transp = 50)
bgcolor(close > open ? color.red : na, transp = 90)
strategy.entry("L", strategy.long, when = close > open)
strategy.exit("X", "L", stop = low, when = close < open)
strategy.close("L", when = close < open[1])
strategy.close_all(when = hour == 17)
strategy.cancel("L", when = true)
""",
    "v5: older forms": """//@version=5
indicator("t")
float[] a = array.new_float(3, 0)
string[] b = array.new_string()
int[] c = array.from(1, 2)
label[] d = label.all
f(float[] xs) => array.get(xs, 0)
y = f(a)
i = array.size(b) + array.size(d)
n = 5 / 2
z = ta.sma(close, n)
""",
    "v5: lazy nothing and mixed": """//@version=5
indicator("t")
[m, s, h] = ta.macd(close, 12, 26, 9)
x = ta.crossover(m, s) and ta.rsi(close, 14) > 50
type P
    float price = na
    int n
var p = P.new()
p.price := close
method up(P this) =>
    this.price += 1
q = p.price[1]
p.up()
enough = x ? color.new(color.red, 10) : na
plot(h, color = enough, style = plot.style_columns)
tf = input.timeframe("")
r = request.security(syminfo.tickerid, tf, close, barmerge.gaps_off, barmerge.lookahead_off)
timeinrange(res, sess) => not na(time(res, sess, "America/New_York")) ? 1 : 0
bgcolor(timeinrange("1", "1300-1400") ? color.red : na)
""",
    "v5: an argument of v4 that was never taken away": """//@version=5
indicator("t", linktoseries = true)
plot(close)
""",
    "v5: when by its place": """//@version=5
strategy("t")
strategy.entry("L", strategy.long)
strategy.close("L", close < open)
strategy.close_all(hour == 21)
strategy.close("L", "a comment")
""",
    "v5: dividing ints": """//@version=5
indicator("t")
length = input.int(21)
half = length / 2
x = ta.wma(close, half) + ta.ema(close, math.round(length / 2))
""",
}

WILD = {
    "defaults and options that are built of constants": """
const string A = "a"
const string B = A + "b"
x = input.string(A, B, options = [A, B])
y = input.int(5 * 2, options = [5, 10])
z = input.float(1, options = [1, 1.5, 2])
w = input.timeframe("D", options = ["D", "W"])
enum E
    up
    down
e = input.enum(E.up, options = [E.up, E.down])
d = input.enum(title = "Way", defval = E.down)
s = str.tostring(format = "#", value = close)
""",
    "offsets of the history that are whole": """
n = input.int(10)
x = close[n / 2] + close[math.round(n * 0.5)] + close[int(close)] + close[ta.barssince(close > open)]
f(src, k) => src[k]
y = f(close, 3) + close[n]
""",
    "texts of all kinds": """
enum E
    up
a = str.tostring(E.up) + str.tostring(array.from(1)) + str.tostring(matrix.new<int>(1, 1, 0)) + str.tostring("a")
b = str.tostring(na) + str.tostring(close > open) + str.tostring(1.5, "#.#") + str.tostring(time)
""",
    "a choice of drawings": """
a = line.new(bar_index, low, bar_index, high)
b = line.new(bar_index, high, bar_index, low)
x = close > open ? a : b
y = close > open ? label.new(bar_index, high) : na
""",
    "shapes whose kind changes: TradingView takes them": """
plotshape(close > open, style = close > open ? shape.circle : shape.square)
""",
    "v5: zigzag in one array, with tabs": (
        '//@version=5\nindicator("t", overlay=true)\nph = ta.highestbars(high, 10) == 0 ? high : na\n'
        "pl = ta.lowestbars(low, 10) == 0 ? low : na\nvar dir = 0\n"
        "dir := ph and na(pl) ? 1 : pl and na(ph) ? -1 : dir\nvar z = array.new_float(0)\nold = array.copy(z)\n"
        "add(pointer, value, at) =>\n\tarray.unshift(pointer, at)\n\tarray.unshift(pointer, value)\n"
        "\tif array.size(pointer) > 10\n\t\tarray.pop(pointer)\n\t\tarray.pop(pointer)\n"
        "update(pointer, value, at, d) =>\n\tif array.size(pointer) == 0\n\t\tadd(pointer, value, at)\n\telse\n"
        "\t\tif d == 1 and value > array.get(pointer, 0) or d == -1 and value < array.get(pointer, 0)\n"
        "\t\t\tarray.set(pointer, 0, value)\n\t\t0.\nchanged = ta.change(dir)\nif ph or pl\n\tif changed\n"
        "\t\tadd(z, dir == 1 ? ph : pl, bar_index)\n\telse\n\t\tupdate(z, dir == 1 ? ph : pl, bar_index, dir)\n"
    ),
    "v5: gaps by types, commas before arguments, several declarations on a line": """//@version=5
indicator("t", overlay = true, max_boxes_count=500)
type gap
    float top
    float bottom
    bool up
    int at = time
method solid(color id)=>
    color.rgb(color.r(id),color.g(id),color.b(id))
detect()=>
    var found = gap.new(na, na, na, na)
    up = low > high[2] and close[1] > high[2]
    if up
        found := gap.new(low, high[2], true)
    else if high < low[2]
        found := gap.new(low[2], high, false)
    [up, found]
var float top = na, var float bottom = na, var count = 0
var kept = array.new<gap>(0)
[up, found] = request.security(syminfo.tickerid, "60", detect())
if up
    kept.unshift(found)
    count += 1
if kept.size() > 0
    for i = kept.size()-1 to 0
        get = kept.get(i)
        if get.up and close < get.bottom
            line.new(get.at
              , get.bottom
              , time
              , get.bottom
              , xloc.bar_time
              , color = color.red.solid())
            kept.remove(i)
var tb = table.new(position.top_right, 3, 3
  , bgcolor = #1e222d
  , frame_width = 1)
tb.cell(1, 2, str.format('{0,number,#.##}%', count / 2 * 100))
fill(plot(top), plot(bottom, display = display.none), top, bottom, color.red, color.new(color.red, 100))
""",
}

RIGHT = VALUES | STRUCTURES | FUNCTIONS | TYPES | COLLECTIONS | BUILT_INS | SCRIPTS | BEFORE_V6 | WILD


@pytest.mark.parametrize("name", RIGHT)
def test_no_error_comes(name: str) -> None:
    text = RIGHT[name]
    source = text if text.startswith(("//@", "indicator(")) else HEAD + text.lstrip("\n")
    found = [item for item in check(source).diagnostics if item.severity is Severity.ERROR]
    assert not found, "\n".join(frame(item, source, "t.pine") for item in found)


def test_there_are_enough() -> None:
    parts = (VALUES, STRUCTURES, FUNCTIONS, TYPES, COLLECTIONS, BUILT_INS, SCRIPTS, BEFORE_V6, WILD)
    assert len(RIGHT) == sum(map(len, parts)) > 80
