"""``python -m kaohe.cli``, where the script is not on the path."""

from kaohe.cli import main

raise SystemExit(main())
