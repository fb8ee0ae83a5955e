"""A real browser for the tests that look at pages: Debian's `chromium`, over its DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

OPTIONS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]


class Browser:
    """One tab of a browser."""

    def __init__(self, folder: Path) -> None:
        theirs_to_read, to_browser = os.pipe()
        from_browser, theirs_to_write = os.pipe()
        command = ["chromium", *OPTIONS, f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank"]
        # The browser reads from 3 and writes to 4, which the shell makes of the pipes.
        shell = f'exec "$@" 3<&{theirs_to_read} 4>&{theirs_to_write}'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(theirs_to_read, theirs_to_write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_to_read)
        os.close(theirs_to_write)
        self._to, self._from = open(to_browser, "wb"), open(from_browser, "rb")  # noqa: SIM115 - closed below
        self._read = b""
        self._number = 0
        self._session: str | None = None
        self._loaded: set[str] = set()
        self.complaints: list[str] = []  # of the page that is shown, on the console
        (tab,) = [one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        self._session = self.ask("Target.attachToTarget", targetId=tab["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")
        self.ask("Page.setLifecycleEventsEnabled", enabled=True)

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait()
        self._to.close()
        self._from.close()

    def ask(self, method: str, **params: Any) -> Any:
        """Send a command, and return its result."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        self._to.write(json.dumps(command).encode() + b"\0")
        self._to.flush()
        while (message := self._next()).get("id") != self._number:
            pass
        assert "error" not in message, message["error"]
        return message["result"]

    def _next(self) -> Any:
        while b"\0" not in self._read:
            chunk = self._from.read1()
            assert chunk, "the browser has ended"
            self._read += chunk
        content, _, self._read = self._read.partition(b"\0")
        message = json.loads(content)
        params = message.get("params", {})
        if message.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("warning", "error"):
            # An icon that no page names is asked for by the browser alone.
            if "/favicon.ico" not in params["entry"].get("url", ""):
                self.complaints.append(f"{params['entry']['text']} {params['entry'].get('url')}")
        elif message.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))
        elif message.get("method") == "Page.lifecycleEvent" and params["name"] == "load":
            self._loaded.add(params["loaderId"])
        return message

    def show(self, url: str) -> None:
        """Open a page, and wait until all of it has loaded."""
        self.complaints.clear()
        loader = self.ask("Page.navigate", url=url)["loaderId"]
        while loader not in self._loaded:
            self._next()

    def look(self, *, dark: bool = False, width: int = 1280, height: int = 900) -> None:
        """Be a device in the dark, or of another width, for the page that is shown."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])

    def value(self, expression: str) -> Any:
        """Return what an expression of JavaScript is worth, or what it promises."""
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression: str) -> Any:
        """Return what an expression is worth as soon as that is true, or there is a complaint."""
        for _ in range(1000):
            if (value := self.value(expression)) or self.complaints:
                return value
            time.sleep(0.02)
        raise TimeoutError(expression)

    def screenshot(self, path: Path) -> None:
        """Write what can be seen of the page without scrolling as a PNG."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def picture(self, selector: str) -> bytes:
        """Return what the first element of a kind looks like, as a PNG."""
        box = self.value(f"document.querySelector({selector!r}).getBoundingClientRect().toJSON()")
        clip = {name: box[name] for name in ("x", "y", "width", "height")} | {"scale": 1}
        return base64.b64decode(self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"])

    def colours(self, image: str) -> int:
        """Return how many colours the picture at an address on the same host has, as it looks by itself."""
        drawn = f"""
            const image = new Image();
            image.src = {json.dumps(image)};
            await image.decode();
            const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
            canvas.drawImage(image, 0, 0);
            const data = canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data;
            return new Set(new Uint32Array(data.buffer)).size;
        """
        colours: int = self.value(f"(async () => {{{drawn}}})()")
        return colours

    def faint_texts(self) -> list[str]:
        """Return the texts on the page that are hard to read, by WCAG: with a contrast below 4.5."""
        faint: list[str] = self.value(_FAINT_TEXTS)
        return faint


_FAINT_TEXTS = """(() => {
    const numbers = colour => colour.match(/[\\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    const seen = colour => (numbers(colour)[3] ?? 1) > 0 && colour !== "none";
    const light = colour => {
        const [r, g, b] = numbers(colour).map(n => n / 255)
            .map(n => n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const filled = element => element instanceof SVGGeometryElement;
    const faint = [];
    for (const element of document.querySelectorAll("*")) {
        const text = [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join("").trim();
        const box = element.getBoundingClientRect();
        if (!text || !box.width || element.closest("head, style, title")) continue;
        const style = getComputedStyle(element);
        const ink = element instanceof SVGElement ? style.fill : style.color;
        const below = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const papers = below.filter(one => one !== element || !(one instanceof SVGElement))
            .map(one => filled(one) ? getComputedStyle(one).fill : getComputedStyle(one).backgroundColor);
        const paper = papers.find(seen) ?? "rgb(255, 255, 255)";
        const [dark, bright] = [light(ink), light(paper)].sort((a, b) => a - b);
        const contrast = (bright + 0.05) / (dark + 0.05);
        if (contrast < 4.5) faint.push(`${text}: ${ink} on ${paper}, ${contrast.toFixed(1)}`);
    }
    return faint;
})()"""


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that all tests share. Without `chromium` they are skipped, but fail in CI."""
    if not shutil.which("chromium"):
        reason = "chromium is not installed (apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI_REQUIRES_SERVICES") == "1" else pytest.skip(reason)
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()
