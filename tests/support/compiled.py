"""What is tested of the compiled extension, which is only there where a C compiler was when primesong was installed."""

import pytest

from primesong.primes.kernel import extension

needs_extension = pytest.mark.skipif(not extension.is_built(), reason="primesong was installed without a C compiler")
