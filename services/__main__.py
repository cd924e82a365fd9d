"""``python -m services`` is the ``agora`` command, also where that is not on the path."""

from services.cli.main import main

main()
