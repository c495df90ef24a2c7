"""Print the lowest version that pyproject.toml allows of each package that primesong uses, as constraints for pip.

python tools/lowest.py > constraints.txt; pip install -c constraints.txt '.[all]'
"""

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]

#: The extras that the program uses, and not only its tests and pages.
OPTIONAL = PROJECT["optional-dependencies"]
USED = [extra for extra in OPTIONAL if extra not in {"docs", "test"}]

needs = [*PROJECT["dependencies"], *(need for extra in USED for need in OPTIONAL[extra])]
lowest = {found[1]: found[2] for need in needs if (found := re.match(r"([\w-]+)>=([\d.]+)", need))}
for package, version in sorted(lowest.items()):
    print(f"{package}=={version}")
