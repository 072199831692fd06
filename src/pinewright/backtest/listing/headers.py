"""Which column of a list is which, by the words that TradingView uses in many languages and years.

The words of English, German, Spanish, French, Russian, Japanese, Korean and Chinese were seen in exports that their
users published; those of Portuguese, Italian, Turkish and Polish are the plain words of these languages. What no word
tells is told by the contents (``structure``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ROLES: Final = (
    *("number", "type", "time", "signal", "price", "quantity"),
    *("profit", "commission", "favorable", "adverse", "cumulative"),
)
"""The columns that are read, in the order in which TradingView writes them."""
UNKNOWN: Final = "unknown"

_WORDS: Final[dict[str, dict[str, str]]] = {
    # Asked in this order: a cumulative profit is a profit too, a commission is money, a value is a size.
    "cumulative": {
        "English": r"\bcum(ulative|\.)",
        "German": r"kumul",
        "Spanish": r"acumulad[ao]s?\b",
        "French": r"cumul[ée]",
        "Russian": r"накоп|совокупн|кумулятивн",
        "Japanese": r"累積|累計",
        "Korean": r"누적",
        "Chinese": r"累计|累計|累积",
        "Portuguese": r"acumulado",
        "Italian": r"cumulat",
        "Turkish": r"k[üu]m[üu]latif|birikmi",
        "Polish": r"skumul",
    },
    "commission": {
        "English": r"\bcommission|\bfees?\b",
        "German": r"provision|kommission|gebühr",
        "Spanish": r"comisi[óo]n",
        "Russian": r"комисси",
        "Japanese": r"手数料",
        "Korean": r"수수료",
        "Chinese": r"手续费|手續費|佣金",
        "Portuguese": r"comiss[ãa]o",
        "Italian": r"commission[ei]",
        "Turkish": r"komisyon",
        "Polish": r"prowizj",
    },
    "duration": {
        "English": r"duration|bars in trade|# bars",
        "German": r"dauer",
        "Spanish": r"duraci[óo]n",
        "French": r"dur[ée]e",
        "Russian": r"длительн|продолжительн",
        "Japanese": r"期間",
        "Korean": r"기간",
        "Chinese": r"持续|持續|时长|時長",
        "Portuguese": r"dura[çc][ãa]o",
        "Italian": r"durata",
        "Turkish": r"s[üu]re",
        "Polish": r"czas trwania",
    },
    "adverse": {
        "English": r"drawdown|adverse|\bmae\b",
        "German": r"negative exkursion|nachteilig|ungünstig|rückgang",
        "Spanish": r"advers|reducci[óo]n",
        "French": r"excursion (adverse|défavorable)|repli",
        "Russian": r"небла|просадк",
        "Japanese": r"逆行|ドローダウン",
        "Korean": r"불리|드로우?다운",
        "Chinese": r"不利|回撤",
        "Portuguese": r"advers|rebaixamento",
        "Italian": r"avvers|sfavorevole",
        "Turkish": r"olumsuz|d[üu]ş[üu]ş",
        "Polish": r"niekorzyst|obsuni",
    },
    "favorable": {
        "English": r"run-?up|favou?rable excursion|\bmfe\b",
        "German": r"positive exkursion|günstig|anstieg",
        "Spanish": r"desviaci[óo]n favorable|crecimiento",
        "French": r"excursion favorable",
        "Russian": r"благопр|рост\b",
        "Japanese": r"順行|ランアップ",
        "Korean": r"유리|런업",
        "Chinese": r"有利|最大上涨|最大上漲",
        "Portuguese": r"favor[áa]vel",
        "Italian": r"favorevole",
        "Turkish": r"olumlu|y[üu]kseliş",
        "Polish": r"korzystn",
    },
    "value": {
        "English": r"size \(value\)",
        "German": r"\(wert\)",
        "Spanish": r"\(valor\)",
        "French": r"\(valeur\)",
        "Russian": r"\(стоимость|\(сумма",
        "Japanese": r"\(金額\)|\(価値\)",
        "Korean": r"\(가치\)|\(금액\)|\(값\)",
        "Chinese": r"\(价值\)|\(價值\)|\(金额\)",
        "Portuguese": r"\(valor\)",
        "Italian": r"\(valore\)",
        "Turkish": r"\(değer\)",
        "Polish": r"\(wartość\)",
    },
    "quantity": {
        "English": r"contracts|size \(qty\)|quantity|\bqty\b|^(position )?size$|^shares$",
        "German": r"kontrakte|größe|menge|stückzahl",
        "Spanish": r"tama[ñn]o|contratos|cantidad",
        "French": r"taille|contrats|quantité",
        "Russian": r"размер|контракт|кол-во|количество",
        "Japanese": r"サイズ|数量|契約|枚数",
        "Korean": r"크기|수량|계약|규모",
        "Chinese": r"大小|数量|數量|合约|合約|仓位|倉位",
        "Portuguese": r"tamanho|contratos|quantidade|qtd",
        "Italian": r"dimension|contratti|quantità|qtà",
        "Turkish": r"b[üu]y[üu]kl[üu]k|boyut|kontrat|miktar|s[öo]zleşme",
        "Polish": r"rozmiar|wielkość|ilość|kontrakt(y|ów)",
    },
    "profit": {
        "English": r"\bprofit|net p&l|p&l\b|\bpnl\b|\bp/l\b",
        "German": r"g&v|gewinn",
        "Spanish": r"\bpyg\b|ganancia|beneficio",
        "French": r"p&l net|profits?\b|bénéfice|gain",
        "Russian": r"прибыль|пр/уб|п/у",
        "Japanese": r"損益|利益",
        "Korean": r"손익|수익(?!률)",
        "Chinese": r"损益|損益|盈亏|盈虧|获利|獲利|利润|利潤",
        "Portuguese": r"lucro|l&p|resultado",
        "Italian": r"profitto|utile|p&p|guadagno",
        "Turkish": r"k[âa]r(/zarar| ve zarar)?\b|k&z",
        "Polish": r"zysk|z&s",
    },
    "price": {
        "English": r"\bprice",
        "German": r"\bpreis|\bkurs",
        "Spanish": r"\bprecio",
        "French": r"\bprix",
        "Russian": r"\bцена",
        "Japanese": r"価格",
        "Korean": r"가격",
        "Chinese": r"价格|價格",
        "Portuguese": r"\bpreço|\bpreco",
        "Italian": r"\bprezzo",
        "Turkish": r"\bfiyat",
        "Polish": r"\bcena",
    },
    "time": {
        "English": r"date|\btime\b",
        "German": r"\bdatum|uhrzeit",
        "Spanish": r"\bfecha",
        "French": r"date et heure|date/heure",
        "Russian": r"\bдата",
        "Japanese": r"日時|日付",
        "Korean": r"날짜",
        "Chinese": r"日期|时间|時間",
        "Portuguese": r"data e hora|data/hora",
        "Italian": r"data e ora|data/ora",
        "Turkish": r"\btarih",
        "Polish": r"data i (czas|godzina)|data/czas",
    },
    "signal": {
        "English": r"^signal",
        "German": r"^signal",
        "Spanish": r"^se[ñn]al",
        "French": r"^signal",
        "Russian": r"^сигнал",
        "Japanese": r"シグナル",
        "Korean": r"신호|시그널",
        "Chinese": r"信号|信號|訊號|讯号",
        "Portuguese": r"^sinal",
        "Italian": r"^segnale",
        "Turkish": r"^sinyal",
        "Polish": r"^sygnał",
    },
    "number": {
        "English": r"^trade ?(#|number|no\.?)$",
        "German": r"^trade ?(#|[- ]?(nummer|nr\.?))$|^handel ?#",
        "Spanish": r"^(trade|operaci[óo]n|transacci[óo]n) ?(#|n\.?[º°])$|^n[úu]mero de (la )?(operaci|transacci)",
        "French": r"^(trade|transaction) ?(#|n[º°])$|^numéro d[eu]s? (trade|transaction)",
        "Russian": r"^(сделка )?[#№]( сделки)?$|^(номер|№) сделки|^сделка ?#",
        "Japanese": r"^(トレード|取引) ?(#|番号|no)",
        "Korean": r"^(거래|트레이드) ?(#|번호)",
        "Chinese": r"^交易 ?(#|编号|編號|序号|號)",
        "Portuguese": r"^(trade|negocia[çc][ãa]o|operação) ?(#|n[º°])$|^n[úu]mero d[ao] (trade|negocia|opera)",
        "Italian": r"^(trade|operazione) ?(#|n[º°.])$|^numero (del )?(trade|operazione)",
        "Turkish": r"^işlem ?(#|numarası|no)",
        "Polish": r"^(transakcja|trade) ?(#|nr)$|^numer transakcji",
    },
    "type": {
        "English": r"^type$",
        "German": r"^typ$|^art$",
        "Spanish": r"^tipo$",
        "French": r"^type$",
        "Russian": r"^тип",
        "Japanese": r"^タイプ$|^種類$",
        "Korean": r"^유형$|^타입$|^종류$",
        "Chinese": r"^类型$|^類型$",
        "Portuguese": r"^tipo$",
        "Italian": r"^tipo$",
        "Turkish": r"^t[üu]r$|^tip$",
        "Polish": r"^typ$|^rodzaj$",
    },
}
_CURRENCY: Final = re.compile(r"\s\(?([A-Z][A-Z0-9]{2,5}|[$€£¥₽₹₿])\)?$")
_NO_CURRENCY: Final = frozenset(("PNL", "MFE", "MAE", "QTY"))


@dataclass(frozen=True)
class Titles:
    """Roles of columns [by index] as far as words tell them, the language, and the currencies in the titles."""

    roles: dict[str, int]
    language: str
    price_currency: str
    account_currency: str


def read_titles(header: Sequence[str]) -> Titles:
    """The roles that the titles of a header tell; columns of percentages have none."""
    roles: dict[str, int] = {}
    currencies: dict[str, str] = {}
    languages: Counter[str] = Counter()
    for place, title in enumerate(header):
        plain, currency = plain_title(title)
        if "%" in plain or not plain:
            continue
        found = next((role for role in _WORDS if _speakers(role, plain)), None)
        if found is None or found in roles:
            continue
        roles[found] = place
        currencies[found] = currency
        languages.update(_speakers(found, plain))
    wanted = {role: place for role, place in roles.items() if role in ROLES}
    language = max(languages, key=lambda name: languages[name], default=UNKNOWN)
    account = currencies.get("profit", "") or currencies.get("favorable", "")
    return Titles(wanted, language, currencies.get("price", ""), account)


def plain_title(title: str) -> tuple[str, str]:
    """A title in lower case without its currency, and the currency (empty where it names none)."""
    title = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", title)).strip(" \ufeff\"'")
    match = _CURRENCY.search(title)
    if match is None or match[1] in _NO_CURRENCY:
        return _folded(title), ""
    return _folded(title[: match.start()].strip()), match[1]


def _folded(title: str) -> str:
    """Lower case in which a Turkish capital dotted I is an i, as in the words above."""
    return title.casefold().replace("\u0307", "")


def _speakers(role: str, title: str) -> list[str]:
    """The languages whose words for a role a title holds."""
    return [language for language, words in _WORDS[role].items() if re.search(words, title)]
