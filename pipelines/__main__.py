"""`python -m pipelines` is `tercet`."""

import sys

from pipelines.cli import main

sys.exit(main())
