"""Makes answers of indexes, for tests."""

from __future__ import annotations

import json

from publish_gate.index.exchange import JSON_TYPE, SIMPLE_JSON_TYPE, Answer

URL = "https://i.example/x/"
LINK_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{links}</body></html>"


def json_answer(value: object, status: int = 200, media_type: str = JSON_TYPE, url: str = URL) -> Answer:
    return Answer(url, status, media_type, None, value if isinstance(value, bytes) else json.dumps(value).encode())


def json_page(releases: object, name: object = "demo") -> Answer:
    return json_answer({"info": {"name": name}, "releases": releases})


def simple_page(files: object, name: object = "demo", **more: object) -> Answer:
    page = {"meta": {"api-version": "1.1"}, "name": name, "files": files} | more
    return json_answer(page, media_type=SIMPLE_JSON_TYPE)


def simple_root(projects: object, **more: object) -> Answer:
    page = {"meta": {"api-version": "1.0"}, "projects": projects} | more
    return json_answer(page, media_type=SIMPLE_JSON_TYPE)


def html(text: str, status: int = 200, url: str = URL) -> Answer:
    return Answer(url, status, "text/html", "utf-8", f"{text}</html>".encode())


def html_page(*filenames: str, title: str = "Links for demo") -> Answer:
    links = "".join(f'<a href="../../f/{name}#sha256=0">{name}</a><br>' for name in filenames)
    return html(LINK_PAGE.format(title=title, links=links))


def html_root(*names: str, title: str = "Simple index", url: str = "https://i.example/simple/") -> Answer:
    links = "".join(f'<a href="{name}/">{name}</a><br>' for name in names)
    return html(LINK_PAGE.format(title=title, links=links), url=url)
