"""`python -m primesong` is the command `primesong`."""

import sys

from primesong.cli.main import main

sys.exit(main())
