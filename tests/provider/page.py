"""A page as a test reads it: its elements and its text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "input", "br"})


@dataclass
class Element:
    """One element: its name, attributes and the text inside, entities resolved."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Parsed HTML; refuses elements that are not closed in order."""

    html: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute comes twice: {attrs}"
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, name: str) -> list[Element]:
        """Return the elements called ``name`` in document order."""
        return [element for element in self.elements if element.name == name]

    def by_id(self, identifier: str) -> Element | None:
        """Return the one element with this ``id``."""
        found = [element for element in self.elements if element.attributes.get("id") == identifier]
        assert len(found) < 2, f"id {identifier} comes twice"
        return found[0] if found else None

    def require(self, identifier: str) -> Element:
        """Return the element with this ``id``, which has to be there."""
        element = self.by_id(identifier)
        assert element is not None, f"no element with id {identifier}"
        return element
