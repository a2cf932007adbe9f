"""python -m nodetop"""

from nodetop.cli import main

if __name__ == "__main__":
    main()
