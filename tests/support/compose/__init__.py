"""``docker-compose.yml`` as tests read it, and its processes run on this machine without containers."""
