"""What the tests of real clients need: certificates behind a real nginx only where there is one."""

from tests.nginx import NGINX

collect_ignore = [] if NGINX else ["test_mutual_tls.py"]
