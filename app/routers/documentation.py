"""Documentation that works offline: a page that shows the OpenAPI file, and a page for every type of problem."""

import html
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.routers.catalogue import KINDS
from app.routers.languages import text
from app.routers.operations import Plain
from app.routers.problems import Rejected
from app.routers.resolving import language as language_of

router = APIRouter(route_class=Plain, include_in_schema=False)
PAGES: Final = Path(__file__).parent / "pages"
# Everything comes from here: nothing else is loaded, framed or sent anywhere.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {"content-security-policy": POLICY, "cache-control": "no-cache"}
ASSETS: Final = {"docs.js": "text/javascript", "docs.css": "text/css"}


@router.get("/")
async def show_start(request: Request) -> Response:
    """The documentation is the front page."""
    del request
    return RedirectResponse("/docs")


@router.get("/docs")
async def show_docs(request: Request) -> Response:
    """The page; its script reads /openapi.json."""
    del request
    return _file("docs.html", "text/html")


@router.get("/docs/{asset}")
async def show_asset(request: Request, asset: str) -> Response:
    """The page's script and style."""
    del request
    if asset not in ASSETS:
        raise Rejected("not_found")
    return _file(asset, ASSETS[asset])


@router.get("/problems")
async def list_problems(request: Request) -> Response:
    """Every type of problem."""
    language = language_of(request)
    rows = "".join(
        f'<tr><td><a href="/problems/{code}"><code>{code}</code></a></td><td>{kind.status}</td>'
        f"<td>{html.escape(text(language, kind.title))}</td></tr>"
        for code, kind in sorted(KINDS.items())
    )
    return _page(language, "Problems", f"<table><tr><th>code</th><th>status</th><th></th></tr>{rows}</table>")


@router.get("/problems/{code}")
async def show_problem(request: Request, code: str) -> Response:
    """What the `type` of a problem leads to."""
    kind = KINDS.get(code)
    if kind is None:
        raise Rejected("not_found")
    language = language_of(request)
    # The sentence as it stands in the catalogue, its numbers still named.
    values = {name: f"{{{name}}}" for name in _names(kind.detail)}
    detail = html.escape(text(language, kind.detail, **values))
    body = f"<p>{detail}</p><p><code>{code}</code>, HTTP {kind.status}</p><p><a href='/problems'>…</a></p>"
    return _page(language, text(language, kind.title), body)


def _names(template: str) -> list[str]:
    return [part.split("}", 1)[0] for part in template.split("{")[1:]]


def _page(language: str, title: str, body: str) -> Response:
    heading = html.escape(title)
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{heading} · Rung</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/docs/docs.css">'
        f"<main><h1>{heading}</h1>{body}</main></html>"
    )
    return Response(page, media_type="text/html", headers={**HEADERS, "content-language": language})


def _file(name: str, media_type: str) -> Response:
    return Response((PAGES / name).read_bytes(), media_type=f"{media_type}; charset=utf-8", headers=HEADERS)
