"""The polite client against scripted hosts, under a clock of its own."""

from __future__ import annotations

import asyncio

import pytest

from pinewright.data.dukascopy.answers import Answer, Meaning
from pinewright.data.dukascopy.client import NoHostError, PoliteClient
from pinewright.data.dukascopy.connections import RawAnswer
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.market import HOUR
from tests.data.dukascopy.scripted import DATE, NOW, Hosts, Script, raw

GOOD = raw()


def always(answer: RawAnswer | str) -> Script:
    return lambda url, number: answer


async def ask_many(client: PoliteClient, count: int, host: str = "jetta") -> list[Answer]:
    async def one(number: int) -> Answer:
        answer = await client.ask(host, f"http://{host}/{number}")
        if answer.meaning is Meaning.BODY:
            client.accept(answer)
        return answer

    async with client:
        return await asyncio.gather(*(one(number) for number in range(count)))


def test_never_faster_than_the_rate_and_never_more_than_four_at_once() -> None:
    hosts = Hosts(always(GOOD), seconds=2.0)
    hosts.clock.run(ask_many(hosts.client(), 60))
    assert hosts.most_under_way == 4
    gaps = [later - earlier for earlier, later in zip(hosts.moments, hosts.moments[1:], strict=False)]
    assert min(gaps) >= 1 / 8 - 1e-6
    assert hosts.moments[2] - hosts.moments[0] == pytest.approx(2 / 3)


def test_the_rate_grows_to_eight_and_not_beyond() -> None:
    hosts = Hosts(always(GOOD))
    hosts.clock.run(ask_many(hosts.client(), 400))
    last = hosts.moments[-50:]
    assert (last[-1] - last[0]) / 49 == pytest.approx(1 / 8, rel=0.01)


@pytest.mark.parametrize("status", [202, 403, 429, 503])
def test_a_refusal_halves_the_rate_and_rests_the_host(status: int) -> None:
    hosts = Hosts(lambda url, number: raw(status) if number == 0 else GOOD)
    client = hosts.client(Politeness(in_flight=1))
    hosts.clock.run(ask_many(client, 3))
    assert hosts.moments[1] - hosts.moments[0] >= 60.0
    assert hosts.moments[2] - hosts.moments[1] >= 1 / 1.6
    assert client.refused == 1


def test_retry_after_is_obeyed() -> None:
    hosts = Hosts(lambda url, number: raw(429, retry_after="7") if number == 0 else GOOD)
    hosts.clock.run(ask_many(hosts.client(Politeness(in_flight=1)), 2))
    assert 7.0 <= hosts.moments[1] < 9.0


def test_one_storm_halves_once() -> None:
    """The four requests under way are refused together: that is one piece of news."""
    hosts = Hosts(lambda url, number: raw(429) if number < 4 else GOOD, seconds=3.0)
    client = hosts.client(Politeness(growth=0.0, rate=8.0))
    hosts.clock.run(ask_many(client, 8))
    assert client.limiter.rate == 4.0


def test_the_breaker_opens_after_eight_and_lets_one_probe_go() -> None:
    hosts = Hosts(lambda url, number: raw(500) if number < 8 else GOOD)
    hosts.clock.run(ask_many(hosts.client(Politeness(rate=8.0)), 20))
    assert hosts.moments[8] - hosts.moments[7] >= 60.0


def test_the_probe_is_an_address_that_was_good_before() -> None:
    """Eight files of a month are broken for ever: that must not be taken for a broken host."""
    broken = {f"http://jetta/{number}" for number in range(10, 20)}
    hosts = Hosts(lambda url, number: raw(500) if url in broken else raw(body=url.encode()))
    client = hosts.client(Politeness(rate=8.0))

    async def run() -> list[int]:
        statuses = []
        async with client:
            for number in range(30):
                answer = await client.ask("jetta", f"http://jetta/{number}")
                statuses.append(answer.status)
                if answer.meaning is Meaning.BODY:
                    client.accept(answer, steady=True)
        return statuses

    assert hosts.clock.run(run()) == [200] * 10 + [500] * 10 + [200] * 10
    assert [url for url in hosts.urls if hosts.urls.count(url) > 1] == ["http://jetta/9"] * 2
    assert not client.lanes["jetta"].lost


def test_requests_beside_an_open_breaker_go_to_the_other_host() -> None:
    hosts = Hosts(lambda url, number: raw(500) if "jetta" in url else GOOD)
    client = hosts.client(Politeness(failures=2))

    async def run() -> str:
        async with client:
            for number in range(2):
                await client.ask("jetta", f"http://jetta/{number}")
            return await client.choose(["jetta", "bi5"])

    assert hosts.clock.run(run()) == "bi5"


def test_a_host_that_is_not_there_is_given_up_without_grinding() -> None:
    hosts = Hosts(always("Name or service not known"))
    client = hosts.client()

    async def run() -> None:
        async with client:
            for host in ("jetta", "bi5"):
                for _ in range(3):
                    await client.ask(host, f"http://{host}/x")
            await client.choose(["jetta", "bi5"])

    with pytest.raises(NoHostError, match="jetta: Name or service not known; bi5: Name") as raised:
        hosts.clock.run(run())
    assert raised.value.code == "unreachable"
    assert hosts.clock.now() < 10.0


def test_waiting_is_told() -> None:
    hosts = Hosts(lambda url, number: raw(429, b"", retry_after="90") if number == 0 else GOOD)
    client = hosts.client()

    async def run() -> str:
        async with client:
            await client.ask("jetta", "http://jetta/x")
            waiting = asyncio.create_task(client.choose(["jetta"]))
            await asyncio.sleep(0.1)
            told = client.waiting
            await waiting
            return told

    assert hosts.clock.run(run()) == "waiting 90 s (jetta: HTTP 429)"
    assert client.waiting == ""


def test_bodies_that_are_of_no_use_open_the_breaker_too() -> None:
    """A portal that answers every address with a page of its own."""
    hosts = Hosts(always(raw(body=b"<html>")))
    client = hosts.client(Politeness(rate=8.0, failures=4))

    async def run() -> None:
        async with client:
            for number in range(4):
                client.reject(await client.ask("jetta", f"http://jetta/{number}"), "not JSON")

    hosts.clock.run(run())
    assert client.lanes["jetta"].on_trial
    assert client.trouble == "jetta: not JSON"


def test_connections_are_kept_by_host() -> None:
    hosts = Hosts(always(GOOD))

    async def run() -> None:
        async with hosts.client() as client:
            for _ in range(3):
                await client.ask("jetta", "http://jetta/x")
                await client.ask("bi5", "http://bi5/x")

    hosts.clock.run(run())
    assert hosts.opened == 2


def test_an_answer_tells_where_when_and_how_much() -> None:
    hosts = Hosts(always(raw(body=b"12345", date=DATE)))

    async def run() -> Answer:
        async with hosts.client() as client:
            return await client.ask("jetta", "http://jetta/x")

    answer = hosts.clock.run(run())
    assert (answer.host, answer.status, answer.size, answer.received, answer.date) == ("jetta", 200, 5, NOW, NOW)


@pytest.mark.parametrize(("offset", "error"), [(0, 0), (4 * 60_000, 0), (3 * HOUR, 3 * HOUR), (-3 * HOUR, -3 * HOUR)])
def test_a_wrong_clock_is_found_and_set_right(offset: int, error: int) -> None:
    hosts = Hosts(always(raw(date=DATE)))
    hosts.clock.offset = offset
    client = hosts.client()
    hosts.clock.run(ask_many(client, 1))
    assert client.clock_error == pytest.approx(error, abs=1000)
    if error:
        assert client.now_ms() == pytest.approx(NOW, abs=1000)


def test_an_old_kept_answer_does_not_move_the_clock() -> None:
    dates = [DATE, "Sun, 01 Jun 2025 00:00:00 GMT"]
    hosts = Hosts(lambda url, number: raw(date=dates[number]))
    client = hosts.client()
    hosts.clock.run(ask_many(client, 2))
    assert client.clock_error == 0


def test_cancelling_gives_back_the_probe() -> None:
    hosts = Hosts(always(GOOD), seconds=1e9)
    client = hosts.client(Politeness(failures=1, rest=0.0))
    lane = client.lanes["jetta"]
    lane.good()
    lane.bad(0.0, "x", "http://jetta/y", answered=True)

    async def run() -> None:
        async with client:
            task = asyncio.create_task(client.ask("jetta", "http://jetta/x"))
            for _ in range(5):
                await asyncio.sleep(0)
            assert lane.free_at() > 1e300
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    hosts.clock.run(run())
    assert lane.free_at() <= hosts.clock.now()
