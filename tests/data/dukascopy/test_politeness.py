"""The arithmetic of manners: spacing, halving, growing, resting, giving up."""

from __future__ import annotations

import math
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.dukascopy.politeness import NEVER, Lane, Limiter, Politeness

_numbers = count()


def next_url() -> str:
    """An address that was not asked before."""
    return f"http://host/{next(_numbers)}"


def test_the_default_is_the_house_rule() -> None:
    usual = Politeness()
    assert (usual.rate, usual.most_rate, usual.in_flight, usual.pause, usual.failures) == (3.0, 8.0, 4, 60.0, 8)
    assert (usual.connect_timeout, usual.read_timeout) == (10.0, 30.0)


def test_a_lower_rate_of_the_settings_is_kept() -> None:
    slow = Politeness.at_most(0.5)
    assert (slow.rate, slow.most_rate, slow.least_rate) == (0.5, 0.5, 0.25)
    assert Politeness.at_most(5).rate == 3.0


def test_requests_are_spaced_evenly_without_a_burst() -> None:
    limiter = Limiter(Politeness(rate=4.0))
    assert [limiter.reserve(10.0) for _ in range(4)] == [10.0, 10.25, 10.5, 10.75]
    assert limiter.reserve(100.0) == 100.0
    assert limiter.reserve(100.0) == 100.25


def test_the_rate_halves_and_grows_within_its_bounds() -> None:
    limiter = Limiter(Politeness(rate=3.0, most_rate=3.2, least_rate=1.0, growth=0.1))
    for _ in range(5):
        limiter.faster()
    assert limiter.rate == pytest.approx(3.2)
    limiter.slower()
    assert limiter.rate == pytest.approx(1.6)
    limiter.slower()
    limiter.slower()
    assert limiter.rate == 1.0


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from(["good", "refused", "slow"])), min_size=2, max_size=80))
def test_no_two_requests_are_nearer_than_the_highest_rate_allows(steps: list[tuple[float, str]]) -> None:
    limiter, now, last = Limiter(Politeness(growth=1.0)), 0.0, -1e9
    for wait, answer in steps:
        now += wait
        moment = limiter.reserve(now)
        assert moment >= now
        assert moment - last >= 1 / 8 - 1e-9
        last = moment
        if answer != "slow":
            (limiter.faster if answer == "good" else limiter.slower)()


def test_the_time_of_a_plan_is_that_of_the_limiter() -> None:
    politeness = Politeness()
    limiter, moment = Limiter(politeness), 0.0
    for _ in range(1000):
        moment = limiter.reserve(moment)
        limiter.faster()
    assert politeness.seconds(1000) == pytest.approx(moment, rel=0.02)
    assert Politeness.unlimited().seconds(10**6) == 0.0
    assert Politeness(growth=0.0).seconds(30) == 10.0


def test_bad_answers_in_a_row_open_the_breaker_and_one_probe_closes_it() -> None:
    lane = Lane("jetta", Politeness(failures=3, rest=60.0))
    lane.good()
    for _ in range(2):
        lane.bad(0.0, "HTTP 500", next_url(), answered=True)
    assert lane.free_at() <= 0.0
    lane.bad(5.0, "HTTP 500", next_url(), answered=True)
    assert lane.on_trial
    assert lane.free_at() == 65.0
    lane.begin()
    assert lane.free_at() == NEVER  # the others wait for the probe
    lane.good()
    assert lane.free_at() == 65.0
    lane.begin()
    assert lane.free_at() == 65.0  # closed again: nobody waits for a probe


def test_a_good_answer_between_bad_ones_begins_the_count_anew() -> None:
    lane = Lane("jetta", Politeness(failures=3))
    for _ in range(20):
        lane.bad(0.0, "x", next_url(), answered=True)
        lane.bad(0.0, "x", next_url(), answered=True)
        lane.good()
    assert not lane.on_trial


def test_one_address_alone_says_nothing_of_its_host() -> None:
    lane = Lane("jetta", Politeness(failures=3))
    lane.good()
    for _ in range(20):
        lane.bad(0.0, "truncated JSON", "http://host/broken", answered=True)
    assert not lane.on_trial


def test_failed_probes_rest_longer_until_the_host_is_lost() -> None:
    lane = Lane("jetta", Politeness(failures=2, rest=10.0, trips=3))
    lane.good()
    now = 0.0
    rests = []
    lane.bad(now, "x", next_url(), answered=True)
    while not lane.lost:
        lane.bad(now, "x", next_url(), answered=True)
        rests.append(lane._free_at - now)
        now = lane._free_at
    assert rests == [10.0, 20.0, 40.0, 80.0]
    assert lane.free_at() == NEVER


def test_a_dropped_probe_lets_another_one_go() -> None:
    lane = Lane("jetta", Politeness(failures=1, rest=1.0))
    lane.good()
    lane.bad(0.0, "x", next_url(), answered=True)
    lane.begin()
    lane.dropped()
    assert lane.free_at() == 1.0


def test_a_host_that_never_answered_is_given_up_soon() -> None:
    lane = Lane("bi5", Politeness(hopeless=3))
    for _ in range(3):
        lane.bad(0.0, "Connection refused", next_url(), answered=False)
    assert lane.lost
    assert lane.cause == "Connection refused"


def test_a_refusal_rests_the_host_as_long_as_it_says() -> None:
    lane = Lane("jetta", Politeness(pause=60.0))
    assert lane.refused(100.0, 99.0, "HTTP 429", next_url(), 7.0)
    assert lane.free_at() == 107.0


def test_refusals_without_a_time_rest_twice_as_long_each_time() -> None:
    lane = Lane("jetta", Politeness(pause=60.0, longest_pause=200.0))
    assert lane.refused(0.0, 0.0, "HTTP 503", next_url(), None)
    assert lane.free_at() == 60.0
    assert lane.refused(60.0, 60.0, "HTTP 503", next_url(), None)
    assert lane.free_at() == 180.0
    assert lane.refused(180.0, 180.0, "HTTP 503", next_url(), None)
    assert lane.free_at() == 380.0


def test_requests_of_before_the_rest_are_no_news() -> None:
    lane = Lane("jetta", Politeness(pause=60.0))
    assert lane.refused(10.0, 9.0, "HTTP 429", next_url(), None)
    assert not lane.refused(10.1, 9.5, "HTTP 429", next_url(), None)
    assert lane.free_at() == 70.0


def test_an_address_that_is_always_refused_rests_its_host_once() -> None:
    lane = Lane("jetta", Politeness(pause=60.0))
    assert lane.refused(0.0, 0.0, "HTTP 503", "http://host/broken", None)
    lane.good()
    for moment in (100.0, 200.0):
        assert not lane.refused(moment, moment, "HTTP 503", "http://host/broken", None)
        assert lane.free_at() == 60.0
    assert lane.refused(300.0, 300.0, "HTTP 503", "http://host/other", None)


def test_a_host_that_asks_for_hours_is_left_for_this_run() -> None:
    lane = Lane("jetta", Politeness(longest_pause=600.0))
    lane.refused(0.0, 0.0, "HTTP 429", next_url(), 7200.0)
    assert lane.lost
    assert math.isinf(lane.free_at())
