"""`python -m primesong` is the command `primesong`."""

import sys

from primesong.cli import main

sys.exit(main())
