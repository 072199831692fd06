"""What is known of instruments without a network: Dukascopy's own list of 13 July 2026, the common ones.

A row is code, decimals of the price, hour (UTC) of the first tick or "-", description. The pip is ten price steps for
every row here. Decimals are those of the list and of the point factor of the old bi5 files, which agree for every row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

ROUND_THE_CLOCK: Final = "crypto"


class Row(NamedTuple):
    """One line of the table; history_start is ms UTC."""

    group: str
    code: str
    decimals: int
    history_start: int | None
    description: str


def rows() -> Iterator[Row]:
    """The table, row by row."""
    for group, text in _GROUPS.items():
        for line in text.strip().splitlines():
            code, decimals, first, description = line.split(" ", 3)
            start = None if first == "-" else int(datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp()) * 1000
            yield Row(group, code, int(decimals), start, description)


# Names that other houses use, by the symbol of the table.
ALIASES: Final = {
    "GOLD": "XAUUSD",
    "SILVER": "XAGUSD",
    "XPTUSD": "XPTCMDUSD",
    "XPDUSD": "XPDCMDUSD",
    "WTI": "LIGHTCMDUSD",
    "USOIL": "LIGHTCMDUSD",
    "BRENT": "BRENTCMDUSD",
    "UKOIL": "BRENTCMDUSD",
    "NATGAS": "GASCMDUSD",
    "COPPER": "COPPERCMDUSD",
    "GER40": "DEUIDXEUR",
    "GER30": "DEUIDXEUR",
    "DE40": "DEUIDXEUR",
    "DAX": "DEUIDXEUR",
    "UK100": "GBRIDXGBP",
    "FTSE100": "GBRIDXGBP",
    "FRA40": "FRAIDXEUR",
    "CAC40": "FRAIDXEUR",
    "EU50": "EUSIDXEUR",
    "ESP35": "ESPIDXEUR",
    "ITA40": "ITAIDXEUR",
    "SUI20": "CHEIDXCHF",
    "AUS200": "AUSIDXAUD",
    "JPN225": "JPNIDXJPY",
    "JP225": "JPNIDXJPY",
    "HK50": "HKGIDXHKD",
    "CHINA50": "CHIIDXUSD",
    "US30": "USA30IDXUSD",
    "US500": "USA500IDXUSD",
    "SPX500": "USA500IDXUSD",
    "US100": "USATECHIDXUSD",
    "NAS100": "USATECHIDXUSD",
    "US2000": "USSC2000IDXUSD",
    "DXY": "DOLLARIDXUSD",
    "VIX": "VOLIDXUSD",
    "BUND": "BUNDTREUR",
}

_GROUPS: Final = {
    "forex": """
EUR-USD 5 2003-05-04T19 Euro vs US Dollar
GBP-USD 5 2003-05-04T20 Pound Sterling vs US Dollar
AUD-USD 5 2003-08-03T17 Australian Dollar vs US Dollar
NZD-USD 5 2003-08-03T17 New Zealand Dollar vs US Dollar
USD-CAD 5 2003-08-03T17 US Dollar vs Canadian Dollar
USD-CHF 5 2003-05-04T20 US Dollar vs Swiss Franc
USD-JPY 3 2003-05-04T17 US Dollar vs Yen
EUR-GBP 5 2003-08-03T17 Euro vs Pound Sterling
EUR-AUD 5 2005-10-07T05 Euro vs Australian Dollar
EUR-NZD 5 2006-01-02T22 Euro vs New Zealand Dollar
EUR-CAD 5 2004-10-25T00 Euro vs Canadian Dollar
EUR-CHF 5 2003-08-03T17 Euro vs Swiss Franc
EUR-JPY 3 2003-08-03T17 Euro vs Yen
GBP-AUD 5 2006-03-22T00 Pound Sterling vs Australian Dollar
GBP-NZD 5 2006-01-02T22 Pound Sterling vs New Zealand Dollar
GBP-CAD 5 2006-01-02T22 Pound Sterling vs Canadian Dollar
GBP-CHF 5 2003-08-03T17 Pound Sterling vs Swiss Franc
GBP-JPY 3 2003-08-03T17 Pound Sterling vs Yen
AUD-NZD 5 2006-12-12T00 Australian Dollar vs New Zealand Dollar
AUD-CAD 5 2006-01-03T00 Australian Dollar vs Canadian Dollar
AUD-CHF 5 2006-03-01T00 Australian Dollar vs Swiss Franc
AUD-JPY 3 2003-11-30T21 Australian Dollar vs Yen
NZD-CAD 5 2006-01-02T22 New Zealand Dollar vs Canadian Dollar
NZD-CHF 5 2006-01-02T22 New Zealand Dollar vs Swiss Franc
NZD-JPY 3 2006-01-02T22 New Zealand Dollar vs Yen
CAD-CHF 5 2006-01-02T22 Canadian Dollar vs Swiss Franc
CAD-JPY 3 2004-10-25T00 Canadian Dollar vs Yen
CHF-JPY 3 2003-08-03T17 Swiss Franc vs Yen
EUR-NOK 5 2004-10-25T00 Euro vs Norwegian Krone
EUR-SEK 5 2004-10-27T17 Euro vs Swedish Krona
EUR-DKK 5 2004-10-25T00 Euro vs Danish Krone
EUR-PLN 5 2007-03-14T00 Euro vs Zloty
EUR-HUF 3 2007-03-14T02 Euro vs Hungarian Forint
EUR-CZK 4 2016-01-03T17 Euro vs Czech Koruna
EUR-TRY 5 2007-03-13T04 Euro vs Turkish Lira
EUR-HKD 5 2007-03-13T04 Euro vs Hong Kong Dollar
EUR-SGD 5 2007-03-13T04 Euro vs Singapore Dollar
USD-NOK 5 2003-08-04T00 US Dollar vs Norwegian Krone
USD-SEK 5 2003-08-04T00 US Dollar vs Swedish Krona
USD-DKK 5 2003-08-04T00 US Dollar vs Danish Krone
USD-PLN 5 2007-03-13T04 US Dollar vs Zloty
USD-HUF 3 2007-03-13T04 US Dollar vs Hungarian Forint
USD-CZK 4 2016-01-03T17 US Dollar vs Czech Koruna
USD-TRY 5 2007-03-13T07 US Dollar vs Turkish Lira
USD-HKD 5 2007-03-13T04 US Dollar vs Hong Kong Dollar
USD-SGD 5 2004-11-16T18 US Dollar vs Singapore Dollar
USD-MXN 5 2007-03-13T07 US Dollar vs Mexican Peso
USD-ZAR 5 2003-08-03T17 US Dollar vs Rand
USD-CNH 5 2012-06-27T00 US Dollar vs Chinese Yuan
USD-ILS 5 2016-12-15T06 US Dollar vs Israeli Shekel
USD-THB 4 2017-02-13T06 US Dollar vs Thai Baht
USD-RON 5 2016-12-18T22 US Dollar vs Romanian Leu
SGD-JPY 3 2007-03-13T04 Singapore Dollar vs Yen
HKD-JPY 5 2007-03-13T04 Hong Kong Dollar vs Yen
TRY-JPY 3 2010-05-09T21 Turkish Lira vs Yen
ZAR-JPY 3 2007-06-04T00 Rand vs Yen
CHF-SGD 5 2007-06-04T09 Swiss Franc vs Singapore Dollar
AUD-SGD 5 2007-03-14T00 Australian Dollar vs Singapore Dollar
""",
    "metal": """
XAU-USD 3 2003-05-05T00 Gold vs US Dollar
XAG-USD 3 2003-05-04T23 Silver vs US Dollar
XAU-EUR 3 2023-03-14T14 Gold vs Euro
XAG-EUR 3 2011-09-19T13 Silver vs Euro
XAU-AUD 3 2024-05-15T09 Gold vs Australian Dollar
XAU-CHF 3 2023-03-14T14 Gold vs Swiss Franc
XAU-GBP 3 2023-03-14T14 Gold vs Pound Sterling
XPD.CMD-USD 3 2021-07-04T22 Palladium
XPT.CMD-USD 3 2021-11-01T00 Platinum
""",
    "commodity": """
BRENT.CMD-USD 3 2010-12-02T01 Brent Crude Oil
COCOA.CMD-USD 3 2017-10-20T00 US Cocoa
COFFEE.CMD-USX 3 2017-12-04T07 Coffee Arabica
COPPER.CMD-USD 4 2012-03-02T00 High Grade Copper
COTTON.CMD-USX 3 2017-10-20T08 Cotton
DIESEL.CMD-USD 3 2017-12-26T00 Gasoil
GAS.CMD-USD 4 2012-09-02T22 Natural Gas
LIGHT.CMD-USD 3 2013-01-01T05 Light Sweet Crude Oil
OJUICE.CMD-USX 3 2017-10-20T12 Orange Juice
SOYBEAN.CMD-USX 3 2017-12-01T00 Soybean
SUGAR.CMD-USD 3 2017-10-02T00 Sugar White
""",
    "index": """
AUS.IDX-AUD 3 2014-06-01T23 Australia 200 Index
CHE.IDX-CHF 3 2013-01-01T05 Switzerland 20 Index
CHI.IDX-USD 3 2017-07-17T19 China A50 Index
DEU.IDX-EUR 3 2013-01-01T05 Germany 40 Index
DOLLAR.IDX-USD 3 2017-12-01T00 US Dollar Index
ESP.IDX-EUR 3 2014-06-02T07 Spain 35 Index
EUS.IDX-EUR 3 2014-06-02T06 EU Stocks 50 Index
FRA.IDX-EUR 3 2013-01-01T05 France 40 Index
GBR.IDX-GBP 3 2013-01-01T03 FTSE 100 Index
HKG.IDX-HKD 3 2013-06-03T01 Hong Kong Index
ITA.IDX-EUR 3 2016-07-29T07 Italy 40 Index
JPN.IDX-JPY 3 2013-01-01T05 Japan 200+ Index
NLD.IDX-EUR 3 2017-12-01T08 Netherlands 25 Index
PLN.IDX-PLN 3 2017-12-01T07 Poland 20 Index
SGD.IDX-SGD 3 2017-12-01T00 Singapore Blue Chip Cash Index
SOA.IDX-ZAR 2 2022-10-05T13 South Africa 40 Index
USA30.IDX-USD 3 2013-01-01T05 US 30 Index
USA500.IDX-USD 3 2012-01-16T00 US 500 Index
USATECH.IDX-USD 3 2013-01-01T05 US 100 Tech Index
USSC2000.IDX-USD 3 2018-08-08T13 US Small Cap 2000
VOL.IDX-USD 2 2022-10-05T13 Volatility Index
""",
    "bond": """
BUND.TR-EUR 3 2016-05-02T06 Euro Bund
UKGILT.TR-GBP 3 2017-12-26T05 UK Long Gilt
USTBOND.TR-USD 3 2018-12-18T20 US T-Bond
""",
    "crypto": """
BTC-USD 1 2017-05-07T23 Bitcoin vs US Dollar
ETH-USD 1 2017-12-11T23 Ether vs US Dollar
LTC-USD 1 2018-09-03T00 Litecoin vs US Dollar
BCH-USD 1 2021-05-17T12 Bitcoin Cash vs US Dollar
BTC-EUR 1 2018-05-15T10 Bitcoin vs Euro
ETH-EUR 1 2023-03-14T14 Ether vs Euro
LTC-EUR 1 2023-03-14T14 Litecoin vs Euro
BTC-GBP 1 2023-03-14T15 Bitcoin vs Pound Sterling
BTC-CHF 1 2023-03-14T14 Bitcoin vs Swiss Franc
ETH-GBP 1 2023-03-14T14 Ether vs Pound Sterling
ETH-CHF 1 2023-03-14T14 Ether vs Swiss Franc
ADA-USD 3 - Cardano vs US Dollar
TRX-USD 5 2019-08-04T22 TRON vs US Dollar
DSH-USD 3 2019-08-04T22 Dashcoin vs US Dollar
BAT-USD 5 2019-08-05T00 Basic Attention Token vs US Dollar
LNK-USD 3 - Chainlink vs US Dollar
UNI-USD 3 - Uniswap vs US Dollar
""",
}
