"""``python -m radgalgui`` is the ``radgalgui`` command."""

import sys

from radgalgui.entry import main

if __name__ == "__main__":
    sys.exit(main())
