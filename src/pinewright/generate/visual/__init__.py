"""Patterns as Pine: functions that fire on exactly the bars on which the detectors fire, and scripts made of them."""
