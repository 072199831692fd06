"""Scripts tested and tested again: backtests, stresses, comparison with TradingView, review of what was delivered."""
