"""Lists of trades written as TradingView has written them: generations, languages, formats; the words are ours."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from pinewright.data.zones import utc_offset


@dataclass(frozen=True)
class Row:
    """A trade to be written. Times ms UTC, prices with ``digits`` decimals; exit_time None for a trade still open."""

    number: int
    is_long: bool
    entry_time: int
    entry_price: float
    exit_time: int | None
    exit_price: float
    quantity: float
    profit: float
    favorable: float
    adverse: float
    entry_signal: str = "L"
    exit_signal: str = "X"


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def day_first(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"


def slashed(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M}"


def american(moment: datetime) -> str:
    return f"{moment:%m/%d/%Y}, {moment:%I:%M %p}"


def worded(names: str) -> Callable[[datetime], str]:
    months = names.split()
    return lambda moment: f"{moment.day}. {months[moment.month - 1]} {moment.year}, {moment:%H:%M}"


def english_words(moment: datetime) -> str:
    return f"{moment:%b} {moment.day}, {moment.year}, {moment:%H:%M}"


def chinese(moment: datetime) -> str:
    return f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M}"


@dataclass(frozen=True)
class Dialect:
    """How a list is written.

    titles: headers with ``{c}`` for the account's currency and ``{p}`` for the price's, by role in their order;
    ``-`` roles are columns that nobody reads. words: entry long, entry short, exit long, exit short, open.
    """

    name: str
    titles: tuple[tuple[str, str], ...]
    words: tuple[str, str, str, str, str]
    time: Callable[[datetime], str] = iso
    zone: str = "UTC"
    decimal: str = "."
    group: str = ""
    minus: str = "-"
    separator: str = ","
    encoding: str = "utf-8-sig"
    newest_first: bool = False
    exit_first: bool = True
    profit_on_exit: bool = False
    digits: dict[str, int] = field(default_factory=lambda: {"price": 5, "quantity": 1, "money": 2})

    def number(self, value: float, digits: int) -> str:
        text = f"{abs(value):,.{digits}f}"
        text = text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)
        if self.decimal in text:
            text = text.rstrip("0").rstrip(self.decimal)
        return (self.minus if value < 0 else "") + text

    def moment(self, time: int) -> str:
        local = time + int(utc_offset(np.array([time], dtype=np.int64), self.zone)[0])
        return self.time(datetime.fromtimestamp(local / 1000, UTC))

    def header(self, currency: str = "USD") -> list[str]:
        return [title.format(c=currency, p=currency) for _, title in self.titles]

    def lines(self, rows: Sequence[Row]) -> list[list[str]]:
        total, lines = 0.0, []
        for row in rows:
            total += row.profit
            pair = [self._line(row, True, total), self._line(row, False, total)]
            lines.append(pair[::-1] if self.exit_first else pair)
        if self.newest_first:
            lines.reverse()
        return [line for pair in lines for line in pair]

    def _line(self, row: Row, entry: bool, total: float) -> list[str]:
        side = 0 if row.is_long else 1
        is_open = row.exit_time is None
        end = row.entry_time + 3_600_000 if row.exit_time is None else row.exit_time
        money = self.digits["money"]
        told = not (entry and self.profit_on_exit)
        cells = {
            "number": str(row.number),
            "type": self.words[side if entry else 2 + side],
            "time": self.moment(row.entry_time if entry else end),
            "signal": row.entry_signal if entry else (self.words[4] if is_open else row.exit_signal),
            "price": self.number(row.entry_price if entry else row.exit_price, self.digits["price"]),
            "quantity": self.number(row.quantity, self.digits["quantity"]),
            "value": self.number(row.quantity * row.entry_price, 2),
            "profit": self.number(row.profit, money) if told else "",
            "favorable": self.number(row.favorable, money) if told else "",
            "adverse": self.number(row.adverse, money) if told else "",
            "cumulative": self.number(total, money) if told else "",
            "commission": "0",
            "percent": self.number(100 * row.profit / (row.quantity * row.entry_price), 2) + (" %" if told else ""),
            "-": "1",
        }
        return [cells[role] for role, _ in self.titles]

    def csv(self, rows: Sequence[Row], currency: str = "USD") -> bytes:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=self.separator, lineterminator="\r\n")
        writer.writerow(self.header(currency))
        writer.writerows(self.lines(rows))
        return buffer.getvalue().encode(self.encoding)


def _titles(*pairs: str) -> tuple[tuple[str, str], ...]:
    """From ``role=title`` texts."""
    return tuple((role, title) for role, _, title in (pair.partition("=") for pair in pairs))


_ENGLISH = ("Entry long", "Entry short", "Exit long", "Exit short", "Open")
ENGLISH_2020 = Dialect(
    "English 2020",
    _titles(
        *("number=Trade #", "type=Type", "signal=Signal", "time=Date/Time", "price=Price", "quantity=Contracts"),
        *("profit=Profit", "percent=Profit %", "cumulative=Cum. Profit", "percent=Cum. Profit %"),
        *("favorable=Run-up", "percent=Run-up %", "adverse=Drawdown", "percent=Drawdown %"),
    ),
    ("Entry Long", "Entry Short", "Exit Long", "Exit Short", "Open"),
    exit_first=False,
    profit_on_exit=True,
    encoding="utf-8",
)
ENGLISH_2023 = Dialect(
    "English 2023",
    _titles(
        *("number=Trade #", "type=Type", "time=Date/Time", "signal=Signal", "price=Price {p}"),
        *("quantity=Position size (qty)", "value=Position size (value)", "profit=Net P&L {c}", "percent=Net P&L %"),
        *("favorable=Run-up {c}", "percent=Run-up %", "adverse=Drawdown {c}", "percent=Drawdown %"),
        *("cumulative=Cumulative P&L {c}", "percent=Cumulative P&L %"),
    ),
    _ENGLISH,
)
ENGLISH_2025 = Dialect(
    "English 2025",
    _titles(
        *("number=Trade #", "type=Type", "time=Date and time", "signal=Signal", "price=Price {p}"),
        *("quantity=Size (qty)", "value=Size (value)", "profit=Net P&L {c}", "percent=Net P&L %"),
        *("favorable=Favorable excursion {c}", "percent=Favorable excursion %", "adverse=Adverse excursion {c}"),
        *("percent=Adverse excursion %", "cumulative=Cumulative P&L {c}", "percent=Cumulative P&L %"),
    ),
    _ENGLISH,
    newest_first=True,
)
ENGLISH_2026 = Dialect(
    "English 2026",
    _titles(
        *("number=Trade number", "type=Type", "time=Date and time", "signal=Signal", "price=Price {p}"),
        *("quantity=Size (qty)", "value=Size (value)", "profit=Net PnL {c}", "percent=Return %"),
        *("commission=Commission {c}", "favorable=Favorable excursion {c}", "percent=Favorable excursion %"),
        *("adverse=Adverse excursion {c}", "percent=Adverse excursion %", "cumulative=Cumulative PnL {c}"),
        *("percent=Cumulative PnL %", "-=Duration (bars)"),
    ),
    _ENGLISH,
    zone="Asia/Taipei",
    time=english_words,
)


def _modern(name: str, titles: str, words: str, **format: object) -> Dialect:
    """Fifteen titles separated by ``|`` in the order of 2025, five words likewise."""
    roles = "number type time signal price quantity value profit percent favorable percent adverse percent".split()
    pairs = zip((*roles, "cumulative", "percent"), titles.split("|"), strict=True)
    one, two, three, four, five = words.split("|")
    made = Dialect(name, tuple(pairs), (one, two, three, four, five))
    return replace(made, **format)  # type: ignore[arg-type]  # the fields of a Dialect by name


LANGUAGES = (
    _modern(
        "German",
        "Trade #|Typ|Datum und Uhrzeit|Signal|Preis {p}|Größe (Menge)|Größe (Wert)|G&V netto {c}|G&V netto %"
        "|Positive Exkursion {c}|Positive Exkursion %|Negative Exkursion {c}|Negative Exkursion %"
        "|Kumulativer G&V {c}|Kumulativer G&V %",
        "Long-Einstieg|Short-Einstieg|Long-Ausstieg|Short-Ausstieg|Offen",
        decimal=",",
        group=".",
        separator=";",
        time=worded("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
        zone="Europe/Berlin",
    ),
    _modern(
        "Spanish",
        "Trade number|Tipo|Fecha y hora|Señal|Precio {p}|Tamaño (cant.)|Tamaño de la posición (valor)|PyG netas {c}"
        "|PyG netas %|Desviación favorable {c}|Desviación favorable %|Desviación adversa {c}|Desviación adversa %"
        "|PyG acumuladas {c}|PyG acumuladas %",
        "Entrada en largo|Entrada en corto|Salida en largo|Salida en corto|Abierta",
        decimal=",",
        group="\u202f",
        time=slashed,
    ),
    _modern(
        "French",
        "Numéro de trade|Type|Date et heure|Signal|Prix {p}|Taille (qté)|Taille (valeur)|P&L net {c}|Retour %"
        "|Excursion favorable {c}|Excursion favorable %|Excursion adverse {c}|Excursion adverse %"
        "|P&L cumulé {c}|P&L cumulé %",
        "Entrer long|Entrer short|Sortir long|Sortir short|Ouvert",
        decimal=",",
        group="\u202f",
        minus="−",
        separator=";",
        encoding="utf-16",
    ),
    _modern(
        "Russian",
        "Номер сделки|Тип|Дата и время|Сигнал|Цена {p}|Размер (кол-во)|Размер (стоимость)|Чистая ПР/УБ {c}"
        "|Чистая ПР/УБ %|Благоприятное отклонение {c}|Благоприятное отклонение %|Неблагоприятное отклонение {c}"
        "|Неблагоприятное отклонение %|Совокупная ПР/УБ {c}|Совокупная ПР/УБ %",
        "Вход в длинную позицию|Вход в короткую позицию|Выход из длинной позиции|Выход из короткой позиции|Открыта",
        decimal=",",
        group="\u00a0",
        minus="−",
        time=day_first,
        zone="Europe/Moscow",
    ),
    _modern(
        "Japanese",
        "トレード番号|タイプ|日時|シグナル|価格 {p}|サイズ (数量)|サイズ (金額)|純損益 {c}|純損益 %|最大順行幅 {c}"
        "|最大順行幅 %|最大逆行幅 {c}|最大逆行幅 %|累積損益 {c}|累積損益 %",
        "ロングエントリー|ショートエントリー|ロング決済|ショート決済|オープン",
        group=",",
        zone="Asia/Tokyo",
    ),
    _modern(
        "Chinese",
        "交易编号|类型|日期和时间|信号|价格 {p}|大小（数量）|大小（价值）|净损益 {c}|回报 %|有利波动 {c}|有利波动 %"
        "|不利波动 {c}|不利波动 %|累计损益 {c}|累计损益 %",
        "多头进场|空头进场|多头出场|空头出场|未平仓",
        time=chinese,
    ),
    _modern(
        "Chinese",
        "交易 #|類型|日期/時間|訊號|價格 {p}|合約|(價值)|獲利 {c}|獲利 %|有利波動 {c}|有利波動 %|不利波動 {c}"
        "|不利波動 %|累計獲利 {c}|累計獲利 %",
        "多頭進場|空頭進場|多頭出場|空頭出場|未平倉",
        time=chinese,
        newest_first=True,
    ),
    _modern(
        "Korean",
        "거래 #|유형|날짜 및 시간|신호|가격 {p}|포지션 크기 (수량)|포지션 크기 (가치)|순손익 {c}|순손익 %"
        "|유리한 변동 {c}|유리한 변동 %|불리한 변동 {c}|불리한 변동 %|누적 손익 {c}|누적 손익 %",
        "롱 진입|숏 진입|롱 청산|숏 청산|미청산",
        zone="Asia/Seoul",
    ),
    _modern(
        "Portuguese",
        "Trade nº|Tipo|Data e hora|Sinal|Preço {p}|Tamanho (qtd)|Tamanho (valor)|L&P líquido {c}|L&P líquido %"
        "|Excursão favorável {c}|Excursão favorável %|Excursão adversa {c}|Excursão adversa %|L&P acumulado {c}"
        "|L&P acumulado %",
        "Entrada comprada|Entrada vendida|Saída comprada|Saída vendida|Aberta",
        decimal=",",
        group=".",
        time=slashed,
    ),
    _modern(
        "Italian",
        "Trade n.|Tipo|Data e ora|Segnale|Prezzo {p}|Dimensione (qtà)|Dimensione (valore)|Profitto netto {c}"
        "|Profitto netto %|Escursione favorevole {c}|Escursione favorevole %|Escursione avversa {c}"
        "|Escursione avversa %|Profitto cumulato {c}|Profitto cumulato %",
        "Ingresso long|Ingresso short|Uscita long|Uscita short|Aperto",
        decimal=",",
        group=".",
        separator=";",
    ),
    _modern(
        "Turkish",
        "İşlem #|Tür|Tarih ve saat|Sinyal|Fiyat {p}|Boyut (miktar)|Boyut (değer)|Net kâr {c}|Net kâr %"
        "|Olumlu hareket {c}|Olumlu hareket %|Olumsuz hareket {c}|Olumsuz hareket %|Kümülatif kâr {c}|Kümülatif kâr %",
        "Uzun giriş|Kısa giriş|Uzun çıkış|Kısa çıkış|Açık",
        decimal=",",
        group=".",
        separator="\t",
    ),
    _modern(
        "Polish",
        "Transakcja #|Typ|Data i czas|Sygnał|Cena {p}|Rozmiar (ilość)|Rozmiar (wartość)|Zysk netto {c}|Zysk netto %"
        "|Ruch korzystny {c}|Ruch korzystny %|Ruch niekorzystny {c}|Ruch niekorzystny %|Zysk skumulowany {c}"
        "|Zysk skumulowany %",
        "Wejście long|Wejście short|Wyjście long|Wyjście short|Otwarta",
        decimal=",",
        group=" ",
        time=worded("sty lut mar kwi maj cze lip sie wrz paź lis gru"),
    ),
)
GENERATIONS = (ENGLISH_2020, ENGLISH_2023, ENGLISH_2025, ENGLISH_2026)
DIALECTS = (*GENERATIONS, *LANGUAGES)
NOBODYS = replace(
    ENGLISH_2025,
    name="unknown",
    titles=tuple((role, f"kolom{place}") for place, (role, _) in enumerate(ENGLISH_2025.titles)),
    words=("masuk naik", "masuk turun", "keluar naik", "keluar turun", "Open"),
)
"""A language of which no word is known."""
ONE_SIDED = replace(NOBODYS, words=("masuk", "masuk", "keluar", "keluar", "Open"))
"""The same, with types that do not tell the side."""


def workbook(path: Path, dialect: Dialect, rows: Sequence[Row], sheet: str = "List of trades") -> Path:
    """A workbook of two sheets, the second one the list: numbers as numbers, times as dates of Excel."""
    head, *lines = [dialect.header(), *dialect.lines(rows)]
    places = {role: place for place, (role, _) in enumerate(dialect.titles)}
    numeric = {places[role] for role, _ in dialect.titles if role not in ("type", "signal", "time", "percent")}

    def cell(place: int, text: str) -> str:
        if place == places["time"]:
            moment = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
            return f'<c s="1"><v>{moment.timestamp() / 86_400 + 25_569!r}</v></c>'
        if place in numeric and text:
            return f"<c><v>{text}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    def row(cells: Sequence[str], head: bool = False) -> str:
        kinds = [f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in cells]
        return f"<row>{''.join(kinds if head else [cell(place, text) for place, text in enumerate(cells)])}</row>"

    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    names = ("Performance", sheet)
    summary = row(["", "All"], True) + row(["Net profit", "5"], True)
    tables = (summary, row(head, True) + "".join(map(row, lines)))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>' for n in (1, 2)
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2)
        )
        + f'<Relationship Id="rId3" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet {space}><numFmts count="1">'
        '<numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm"/></numFmts>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>",
    }
    for n, table in enumerate(tables, 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet {space}><sheetData>{table}</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path
