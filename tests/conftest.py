"""What all tests share: hypothesis without a deadline, since a busy machine is not a finding, and the servers."""

from hypothesis import HealthCheck, settings

settings.register_profile("agora", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("agora")

pytest_plugins = ["tests.support.servers.fixtures"]
