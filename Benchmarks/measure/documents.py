"""docs/performance.md and its plots, from one file of results."""
import json
import re

from . import plots, report
from .place import REPOSITORY, Failure

DOCUMENT = REPOSITORY / "docs/performance.md"
FOLDER = REPOSITORY / "docs/performance"


def write(path):
    """Puts the figures between the marks `<!-- measured: NAME -->` and `<!-- end -->`, and draws the plots."""
    results = json.loads(path.read_text())
    missing = [part for part in ("table", "growth", "layers") if part not in results]
    if missing:
        raise Failure(f"{path.name} has no {missing[0]}: run all stages")
    blocks = {
        "machine": lambda: report.machine(results),
        "table": lambda: report.table(results),
        "others": lambda: report.others(results),
        "durability": lambda: report.durability(results) if results.get("durability") else "Not checked in this run.",
        "layers": lambda: report.layers(results),
        **{f"growth with {what}": lambda what=what: report.growth(results, what) for what in report.GROWTH},
    }
    text = DOCUMENT.read_text()
    for name, block in blocks.items():
        begin, end = f"<!-- measured: {name} -->", "<!-- end -->"
        pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.S)
        if not pattern.search(text):
            raise Failure(f"{DOCUMENT.name} has no place for: {name}")
        text = pattern.sub(lambda _: f"{begin}\n{block()}\n{end}", text, count=1)
    DOCUMENT.write_text(text)
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in plots.all_of(results).items():
        (FOLDER / name).write_text(drawing)
    print(f"{DOCUMENT.relative_to(REPOSITORY)} and its plots are of {path.name}")
