"""Chromium without a window, driven by its own chromedriver over WebDriver (W3C), for tests of pages."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync"""


class Browser:
    """One browser. ``log`` is what its console said since it was asked last."""

    def __init__(self, driver: str, chromium: str, profile: Path) -> None:
        self._send = build_opener(ProxyHandler({})).open
        self._process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        port = next(
            found[1] for line in self._process.stdout if (found := re.search(r"successfully on port (\d+)", line))
        )
        self._session = f"http://127.0.0.1:{port}/session"
        options = {"binary": chromium, "args": [*FLAGS.split(), f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        opened = self._ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self._session += f"/{opened['sessionId']}"

    def _ask(self, method: str, path: str, data: Any = None) -> Any:
        body = None if data is None else json.dumps(data).encode()
        request = Request(self._session + path, body, {"Content-Type": "application/json"}, method=method)
        with self._send(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, page: Path) -> None:
        self._ask("POST", "/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function body returns in the page."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": arguments})

    def click(self, xpath: str) -> None:
        (element,) = self._ask("POST", "/element", {"using": "xpath", "value": xpath}).values()
        self._ask("POST", f"/element/{element}/click", {})

    def emulate(self, width: int, scheme: str) -> None:
        """A window of that width in pixels, for a reader who likes it ``light`` or ``dark``."""
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        for command, params in (("setDeviceMetricsOverride", size), ("setEmulatedMedia", media)):
            self._ask("POST", "/goog/cdp/execute", {"cmd": f"Emulation.{command}", "params": params})

    def log(self) -> list[str]:
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def close(self) -> None:
        self._ask("DELETE", "")
        self._process.terminate()
        self._process.communicate()
