"""One payload: which transport is asked when, what is doubted, and what is believed."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pytest

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.connections import RawAnswer
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.payloads import Finding, Payload, Reader
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import broken, no_rows
from pinewright.data.store.kinds import Columns, Kind
from pinewright.market import HOUR
from tests.data.dukascopy.scripted import NOW, Hosts, raw

REQUEST = Request(find_instrument("EURUSD"), Kind.TICK, None, NOW, NOW + HOUR)
OPEN, HOLIDAY = SessionState.EXPECTED, SessionState.TOLERATED
EMPTY = raw(body=b"")
GONE = "Connection reset by peer"


@dataclass(frozen=True)
class Plain:
    """A transport whose body is one bid, nothing for no row; letters are broken."""

    name: str
    unfinished_too: bool = True

    def serves(self, request: Request) -> bool:
        return self.unfinished_too or not request.unfinished

    def url(self, request: Request) -> str:
        return f"http://{self.name}/{request.start}"

    def metadata_url(self, code: str) -> None:
        return None

    def decode(self, request: Request, body: bytes) -> Columns:
        if not body:
            return no_rows(request.kind)
        try:
            bid = float(body)
        except ValueError:
            raise broken(request, f"not a price: {body.decode()}") from None
        one = {"time": np.array([request.start]), "bid": np.array([bid]), "ask": np.array([bid + 1e-5])}
        return one | {"bid_volume": np.array([1.0]), "ask_volume": np.array([1.0])}


def price(text: str = "1.1") -> RawAnswer:
    return raw(body=text.encode())


class Asked:
    """A question to hosts that answer by list: ``jetta=[...]``, the last one for ever."""

    def __init__(
        self,
        jetta: list[RawAnswer | str],
        bi5: list[RawAnswer | str],
        state: SessionState = OPEN,
        *,
        settled: bool = True,
        level: float | None = None,
        request: Request = REQUEST,
        politeness: Politeness | None = None,
    ) -> None:
        answers = {"jetta": list(jetta), "bi5": list(bi5)}

        def script(url: str, number: int) -> RawAnswer | str:
            left = answers[url.split("/")[2]]
            return left.pop(0) if len(left) > 1 else left[0]

        self.hosts = Hosts(script)
        client = self.hosts.client(politeness or Politeness(pause=0.0, rest=0.0))
        self.retries: list[str] = []
        reader = Reader(
            client,
            [Plain("jetta"), Plain("bi5", unfinished_too=False)],
            jitter=random.Random(3),
            on_retry=lambda request, cause: self.retries.append(cause),
        )
        self.found: Payload = self.hosts.clock.run(reader.read(request, state, settled=settled, level=level))

    @property
    def whom(self) -> str:
        """Initials of the hosts in the order in which they were asked."""
        return "".join(url.split("/")[2][0] for url in self.hosts.urls)


def test_a_good_answer_is_taken_at_once() -> None:
    asked = Asked([price()], [GONE])
    assert (asked.whom, asked.found.finding, asked.found.transport) == ("j", Finding.ROWS, "jetta")
    assert asked.found.columns["bid"].tolist() == [1.1]
    assert (asked.found.fetched, asked.found.size, len(asked.found.sha256)) == (NOW, 3, 64)
    assert asked.found.cause == ""


@pytest.mark.parametrize("bad", [GONE, raw(500), raw(503, b""), raw(429), raw(202, b"<html>"), price("abc")])
def test_one_bad_answer_is_asked_again_of_the_same_host(bad: RawAnswer | str) -> None:
    asked = Asked([bad, price()], [GONE], politeness=Politeness(pause=0.0, rest=0.0))
    assert (asked.whom, asked.found.finding) == ("jj", Finding.ROWS)
    assert len(asked.retries) == 1


def test_the_other_host_is_asked_when_the_first_one_fails_twice() -> None:
    asked = Asked([GONE], [price()], politeness=Politeness(hopeless=99))
    assert (asked.whom, asked.found.transport) == ("jjb", "bi5")


def test_while_the_first_host_rests_the_other_is_asked_at_once() -> None:
    asked = Asked([raw(429), price()], [price()], politeness=Politeness(pause=60.0))
    assert (asked.whom, asked.found.transport) == ("jb", "bi5")
    assert asked.hosts.clock.now() < 5.0


def test_after_four_tries_of_each_it_has_failed_and_tells_why() -> None:
    asked = Asked([raw(500)], [price("abc")], politeness=Politeness(rest=0.0, failures=99))
    assert asked.whom == "jjbbjjbb"
    assert (asked.found.finding, asked.found.fetched > 0) == (Finding.FAILED, True)
    assert asked.found.cause == "jetta: HTTP 500 (x); bi5: not a price: abc"


def test_tries_of_one_host_are_spaced_with_jitter() -> None:
    asked = Asked([raw(500)], [raw(500)], politeness=Politeness(rate=8.0, backoff=10.0, failures=99))
    assert asked.hosts.clock.now() > 15.0


def test_an_empty_answer_in_an_open_session_is_doubted() -> None:
    asked = Asked([EMPTY, price()], [GONE])
    assert (asked.whom, asked.found.finding) == ("jj", Finding.ROWS)
    assert asked.retries == ["jetta: empty"]


def test_empty_twice_on_both_is_empty_and_says_how_often() -> None:
    asked = Asked([EMPTY], [EMPTY])
    assert (asked.whom, asked.found.finding, asked.found.empties) == ("jjbb", Finding.EMPTY, 4)
    assert asked.found.cause == "jetta: empty; bi5: empty"
    assert len(asked.found.sha256) == 64


def test_a_missing_file_counts_as_empty() -> None:
    asked = Asked([EMPTY], [raw(404)])
    assert (asked.found.finding, asked.found.empties) == (Finding.EMPTY, 4)
    assert asked.found.cause == "jetta: empty; bi5: HTTP 404 (x)"


def test_an_empty_answer_beside_a_host_that_is_away() -> None:
    asked = Asked([EMPTY], [GONE])
    assert (asked.found.finding, asked.found.empties) == (Finding.EMPTY, 2)
    assert asked.found.cause == f"jetta: empty; bi5: {GONE}"


def test_on_a_holiday_both_are_asked_once() -> None:
    asked = Asked([EMPTY], [EMPTY], HOLIDAY)
    assert (asked.whom, asked.found.finding, asked.found.empties) == ("jb", Finding.EMPTY, 2)


def test_on_a_holiday_without_the_second_host_the_first_is_asked_twice() -> None:
    asked = Asked([EMPTY], [GONE], HOLIDAY)
    assert asked.found.empties == 2
    assert asked.whom.count("j") == 2


def test_a_period_under_way_is_believed_to_be_empty() -> None:
    unfinished = Request(REQUEST.instrument, Kind.TICK, None, NOW, NOW + HOUR, unfinished=True)
    asked = Asked([EMPTY], [price()], settled=False, request=unfinished)
    assert (asked.whom, asked.found.finding) == ("j", Finding.EMPTY)


def test_not_yet_published() -> None:
    late = raw(400, b'{"message":"From time is too late"}')
    asked = Asked([late], [raw(404)], settled=False)
    assert (asked.whom, asked.found.finding) == ("jb", Finding.LATE)


def test_an_instrument_that_no_host_knows() -> None:
    asked = Asked([raw(400, b"unknown instrument")], [raw(404)])
    assert asked.found.finding is Finding.UNKNOWN


@pytest.mark.parametrize("level", [0.11, 11.0])
def test_a_price_on_another_scale_than_its_neighbours_is_asked_again(level: float) -> None:
    asked = Asked([price("1.1"), price(str(level))], [GONE], level=level)
    assert (asked.whom, asked.found.finding) == ("jj", Finding.ROWS)
    assert "wrong scale" in asked.retries[0]


def test_with_all_hosts_lost_it_ends() -> None:
    asked = Asked([GONE], [GONE])
    assert asked.found.finding is Finding.FAILED
    assert asked.found.cause == f"jetta: {GONE}; bi5: {GONE}"
    assert asked.hosts.clock.now() < 60.0
