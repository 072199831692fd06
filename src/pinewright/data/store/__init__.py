"""The store of fetched data: Parquet files by symbol, kind and day, each with the ledger of what it holds.

    kinds ──> pieces ──> merge ───┐
                └──────> layout ──┴──> files ──> health, removal ──> store ──> reading ──> bars

``Store`` is the folder, ``StoreSource`` the same behind the ``Source`` protocol. Polars is loaded where it is used.
"""
