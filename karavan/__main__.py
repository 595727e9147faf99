"""``python -m karavan``: the same command where the scripts' folder is not on the path."""

from karavan.cli import main

main()
