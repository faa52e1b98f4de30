"""Looks at a page in a real Chromium, and reports whatever a visitor's console would show."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
DEADLINE = 60_000  # milliseconds: a busy machine is no failure
# No sandbox, for tests run as root in containers; the rest keeps Chromium itself off the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium does not log every violation by itself: what a script tries in a `catch`, for one.
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""

# Does something on a page, and returns the text that came of it.
Act = Callable[[Page], str]


@dataclass
class Report:
    """Warnings and errors, violations of the policy, requests that failed or left the host."""

    console: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    result: str = ""  # what the act returned

    @property
    def clean(self) -> bool:
        return not (self.console or self.violations or self.failed or self.external)


def look(url: str, *, until: str, act: Act) -> Report:
    """Open the page, wait `until` it shows that text, act on it, and report once all is quiet."""
    report = Report()
    with open_page() as page:
        watch(page, report, host=urlsplit(url).netloc)
        page.goto(url, wait_until="networkidle")
        page.get_by_text(until).filter(visible=True).first.wait_for()
        report.result = act(page)
        page.wait_for_load_state("networkidle")
    return report


@contextmanager
def open_page() -> Iterator[Page]:
    assert CHROMIUM, "no Chromium found; on Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(DEADLINE)
            yield page
        finally:
            browser.close()


def watch(page: Page, report: Report, *, host: str) -> None:
    """Note everything that happens on the page from now on."""

    def logged(message: ConsoleMessage) -> None:
        if message.text.startswith("policy:"):
            report.violations.append(message.text)
        elif message.type in {"assert", "error", "warning"}:
            report.console.append(f"{message.type}: {message.text}")

    def record(request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme not in {"blob", "data"} and target.netloc != host:
            report.external.append(request.url)

    def answered(response: Response) -> None:
        if response.status >= 400:
            report.failed.append(f"{response.status} {response.url}")

    def unanswered(request: Request) -> None:
        report.failed.append(f"{request.failure} {request.url}")

    page.add_init_script(WATCH_POLICY)
    page.on("console", logged)
    page.on("pageerror", lambda error: report.console.append(f"uncaught: {error}"))
    page.on("request", record)
    page.on("requestfailed", unanswered)
    page.on("response", answered)


def try_it_out(method: str, path: str, body: str = "") -> Act:
    """In Swagger UI: send an operation, by default with its example. Returns the answer shown."""

    def act(page: Page) -> str:
        operation = open_operation(page, method, path)
        operation.get_by_role("button", name="Try it out").click()
        if body:
            operation.locator("textarea.body-param__text").fill(body)
        operation.get_by_role("button", name="Execute").click()
        return operation.locator(".live-responses-table tbody").inner_text().strip()

    return act


def authorize(username: str, password: str, *, then: Act) -> Act:
    """In Swagger UI: log in with the button "Authorize", then do the rest as that account."""

    def act(page: Page) -> str:
        page.locator(".auth-wrapper .authorize").first.click()
        dialog = page.locator(".dialog-ux")
        dialog.locator("#oauth_username").fill(username)
        dialog.locator("#oauth_password").fill(password)
        dialog.get_by_role("button", name="Apply given OAuth2 credentials").click()
        dialog.get_by_role("button", name="Remove authorization").wait_for()
        dialog.locator(".btn-done").click()
        return then(page)

    return act


def present(key: str, *, then: Act) -> Act:
    """In Swagger UI: give a key or token to the button "Authorize", then do the rest with it."""

    def act(page: Page) -> str:
        page.locator(".auth-wrapper .authorize").first.click()
        dialog = page.locator(".dialog-ux")
        dialog.locator("input").fill(key)
        dialog.get_by_role("button", name="Apply credentials").click()
        dialog.locator(".btn-done").click()
        return then(page)

    return act


def open_operation(page: Page, method: str, path: str) -> Locator:
    same_path = page.locator(f'.opblock-summary-path[data-path="{path}"]')
    operation = page.locator(f".opblock-{method.lower()}").filter(has=same_path)
    operation.locator(".opblock-summary-control").click()
    return operation


def search(term: str) -> Act:
    """In ReDoc: type into the search field. Returns what its worker found."""

    def act(page: Page) -> str:
        page.get_by_placeholder("Search...").fill(term)
        return page.locator('[data-role="search:results"]').inner_text().strip()

    return act
