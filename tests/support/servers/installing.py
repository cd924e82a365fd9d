"""Installing the servers' programs, as root on Debian and Ubuntu; the distribution's own services do not start."""

import os
import shutil
from collections.abc import Sequence

from .custody import Custody

INSTALL_SECONDS = 900.0
# One at a time on a machine. A policy that is there already is put back; an unfinished one of ours is taken away.
SCRIPT = """
set -e
policy=/usr/sbin/policy-rc.d
exec 9<"$(dirname "$policy")"
flock 9
put_back() { rm -f "$policy"; if [ -e "$policy.agora" ]; then mv "$policy.agora" "$policy"; fi; }
trap put_back EXIT
if [ -e "$policy" ]; then mv "$policy" "$policy.agora"; fi
printf '#!/bin/sh\\nexit 101\\n' > "$policy"
chmod +x "$policy"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q -o DPkg::Lock::Timeout=600
apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"
"""


def can_install() -> bool:
    """Whether this is root on a system of Debian packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(custody: Custody, packages: Sequence[str]) -> None:
    """Install packages; goes on to its end also when this process is killed meanwhile. Raises ServerFailed."""
    custody.call(["bash", "-c", SCRIPT, "install", *packages], seconds=INSTALL_SECONDS)
