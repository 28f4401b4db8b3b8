"""What the rounds found, as a table of figures and one of ratios."""

from collections.abc import Mapping

Medians = Mapping[str, Mapping[str, float]]
PAIRS = (
    ("Paper, SQLite", "oidc-provider, memory"),
    ("Paper, SQLite", "oidc-provider, SQLite"),
    ("Paper, PostgreSQL", "oidc-provider, PostgreSQL"),
    ("Paper, SQLite", "Authlib, SQLite"),
    ("Paper, SQLite", "django-oauth-toolkit, SQLite"),
)
WIDTH = 50


def print_report(medians: Medians) -> None:
    """Print journeys per second, the median of the rounds, and what Paper does for each of a peer's."""
    names = list(next(iter(medians.values())))
    print(_line("journeys per second", names))
    for provider, values in medians.items():
        print(_line(provider, [f"{values[name]:.0f}" for name in names]))
    print()
    print(_line("ratio", names))
    for paper, peer in PAIRS:
        if paper in medians and peer in medians:
            ratios = [medians[paper][name] / medians[peer][name] for name in names]
            print(_line(f"{paper} / {peer}", [f"{each:.2f}" for each in ratios]))


def _line(title: str, values: list[str]) -> str:
    return f"{title:<{WIDTH}}" + "".join(f"{value:>20}" for value in values)
