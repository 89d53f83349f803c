"""Put the results into docs/benchmarks.md, or with --check fail where the page shows other figures.

Between ``<!-- benchmark: NAME -->`` and ``<!-- end -->`` stands ``results/NAME.json`` as Markdown.
"""

import json
import re
import sys

from harness import RESULTS, ROOT, markdown

PAGE = ROOT / "docs" / "benchmarks.md"
BLOCK = re.compile(r"(<!-- benchmark: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> None:
    """Write the page, or compare it."""
    old = PAGE.read_text()
    new = BLOCK.sub(filled, old)
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(new)
    elif new != old:
        sys.exit(f"{PAGE.relative_to(ROOT)} shows other figures than the results: run benchmarks/tables.py")


def filled(block: re.Match[str]) -> str:
    """A block with the result that it names."""
    path = RESULTS / f"{block[2]}.json"
    if not path.exists():
        sys.exit(f"{path.relative_to(ROOT)} is absent: run benchmarks/{block[2]}.py")
    return f"{block[1]}{markdown(json.loads(path.read_text()))}\n{block[3]}"


if __name__ == "__main__":
    main()
