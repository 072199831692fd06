"""A headless Chromium driven by its own debugging pipe: sizes, schemes, real keys, and pictures, with no library."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the browser's own errands shall not leave this machine either
)
_KEYS = {"Tab": 9, "Enter": 13, "ArrowRight": 39, "ArrowLeft": 37, " ": 32}
_PLACED = (
    "import os, sys; reads, writes = (os.dup(int(one)) for one in sys.argv[1:3]);"
    " os.dup2(reads, 9); os.dup2(writes, 8); os.dup2(9, 3); os.dup2(8, 4); os.execvp(sys.argv[3], sys.argv[3:])"
)
"""Puts the two ends on the descriptors that the protocol wants, and becomes the browser."""
_PATIENCE = 20.0


class Browser:
    """One page; commands of the Chrome DevTools Protocol, JSON ended by a zero byte on descriptors 3 and 4."""

    def __init__(self, program: str, folder: Path) -> None:
        (out, self._write), (self._read, back) = os.pipe(), os.pipe()
        command = [program, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PLACED, str(out), str(back), *command],
            pass_fds=(out, back),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(out)
        os.close(back)
        self._waiting, self._number, self._session = b"", 0, ""
        self.console: list[str] = []
        self.asked: list[str] = []
        try:
            self._attach()
        except BrowserGoneError:
            self.close()
            raise

    def _attach(self) -> None:
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(20)
        os.close(self._write)
        os.close(self._read)

    def size(self, width: int, height: int) -> None:
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, name: str = "light", media: str = "") -> None:
        """``light`` or ``dark``; media ``print`` for the look on paper."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self._send("Emulation.setEmulatedMedia", media=media, features=features)

    def open(self, path: Path, fold: str = "") -> None:
        self._send("Page.navigate", url="about:blank")
        self._send("Page.navigate", url=f"file://{path}{fold}")
        self.until('document.readyState === "complete"')

    def run(self, script: str) -> Any:
        """The value of an expression in the page, after its promises."""
        found = self._send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def until(self, script: str) -> None:
        """Wait for an expression to hold."""
        end = time.monotonic() + _PATIENCE
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end, f"never came true: {script}"
            time.sleep(0.02)

    def frame(self) -> None:
        """Wait until what was changed has been drawn."""
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            code = _KEYS.get(key, 0)
            text = {"Enter": "\r", " ": " "}.get(key, "")
            for kind in ("keyDown", "keyUp"):
                extra = {"text": text} if text and kind == "keyDown" else {}
                self._send("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **extra)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A PNG of the window, or of the whole page."""
        found = self._send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))

    def paper(self) -> bytes:
        """The page as PDF."""
        return base64.b64decode(self._send("Page.printToPDF", printBackground=True)["data"])

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._write, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise BrowserGoneError("the browser has ended") from error
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        what, told = event.get("method"), event.get("params", {})
        if what == "Runtime.consoleAPICalled":
            self.console.append(str(told.get("args")))
        elif what == "Runtime.exceptionThrown":
            self.console.append(str(told.get("exceptionDetails")))
        elif what == "Log.entryAdded":
            self.console.append(str(told.get("entry")))
        elif what == "Network.requestWillBeSent":
            url = told["request"]["url"]
            if not url.startswith(("file:", "about:", "data:")):
                self.asked.append(url)

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._waiting:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(self._read, 1 << 16) if ready else b""
            if not piece:
                raise BrowserGoneError("the browser does not answer")
            self._waiting += piece
        line, _, self._waiting = self._waiting.partition(b"\0")
        loaded: dict[str, Any] = json.loads(line)
        return loaded


class BrowserGoneError(RuntimeError):
    """The browser has ended, or is not able to run here."""


def programs() -> Sequence[str]:
    """Names under which it is installed."""
    return ("chromium", "chromium-browser", "google-chrome", "chrome")
