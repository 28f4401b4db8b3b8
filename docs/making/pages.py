"""mkdocs' hooks: what the site has beside docs/, where links out of docs/ lead, pictures inside their pages.

CHANGELOG, CONTRIBUTING and SECURITY are pages. Each file or folder of the repository that a page links to is
a page of its source. Sequence pictures are put into their page, whose colours they then take.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
DOCS = "docs"
ROOT_PAGES = {f"{name}.md": f"{name.lower()}.md" for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY")}
SOURCE = "source"
LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")
PICTURE = re.compile(r'<p><img alt="([^"]*)" src="[^"]*/(images/flows/[a-z-]+\.svg)" ?/?></p>')
SHOWN = {".py": "python", ".html": "html", ".sh": "sh", ".js": "js", ".md": "markdown"}


def on_files(files: Files, *, config: Any) -> Files:
    """Add the pages that are not in docs/."""
    for name, page in ROOT_PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / name).read_text()))
    sources = {
        path
        for file in list(files.documentation_pages())
        for path in _linked(file.src_uri, file.content_string)
        if _is_source(path)
    }
    for path in sorted(sources):
        files.append(File.generated(config, _source_page(path), content=_source(path)))
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Turn links to files of the repository into links to their pages, and give pictures room."""
    here = page.file.src_uri
    if here.startswith("flows/"):
        page.meta["hide"] = ["toc"]

    def turned(link: re.Match[str]) -> str:
        path = _repository_path(here, link[2])
        target = path and _page_of(path)
        if not target:
            return link[0]
        return f"{link[1]}{posixpath.relpath(target, posixpath.dirname(here) or '.')}{link[3]}"

    return LINK.sub(turned, markdown)


def on_page_content(html: str, **_: Any) -> str:
    """Put each sequence picture into the page; where it is too wide it moves by itself."""

    def inline(image: re.Match[str]) -> str:
        picture = (ROOT / DOCS / image[2]).read_text()
        return (
            f'<div class="sequence-frame" tabindex="0" role="region" aria-label="{image[1]}">{picture}</div>'
        )

    return PICTURE.sub(inline, html)


def _linked(page: str, markdown: str) -> Iterator[str]:
    for link in LINK.finditer(markdown):
        if path := _repository_path(page, link[2]):
            yield path


def _repository_path(page: str, target: str) -> str | None:
    """Return what a link of a page names, from the top of the repository; ``None`` if that is elsewhere."""
    if ":" in target or target.startswith("/"):
        return None
    folder = "" if page in ROOT_PAGES.values() else posixpath.join(DOCS, posixpath.dirname(page))
    path = posixpath.normpath(posixpath.join(folder, target))
    return path if not path.startswith("..") and (ROOT / path).exists() else None


def _page_of(path: str) -> str:
    """Return the page of a path of the repository."""
    if path in ROOT_PAGES:
        return ROOT_PAGES[path]
    if _is_source(path):
        return _source_page(path)
    inside = path.removeprefix(f"{DOCS}/")
    return f"{inside}/index.md" if (ROOT / path).is_dir() else inside


def _is_source(path: str) -> bool:
    return path not in ROOT_PAGES and not path.startswith(f"{DOCS}/")


def _source_page(path: str) -> str:
    return f"{SOURCE}/{path}.md"


def _source(path: str) -> str:
    """Return a page with a file, or with every file of a folder that can be shown."""
    whole = ROOT / path
    files = sorted(each for each in whole.rglob("*") if each.suffix in SHOWN) if whole.is_dir() else [whole]
    shown = [
        f"## `{each.relative_to(ROOT)}`\n\n~~~~{SHOWN.get(each.suffix, '')}\n{each.read_text()}~~~~\n"
        for each in files
        if each.stat().st_size
    ]
    return "\n".join([f"# `{path}`\n", *shown])
