"""What every test stands on: an environment that cannot reach AWS, and how hard hypothesis looks.

The first lines come before any import of ours. A client made before moto is imported would call the real AWS; the
made-up credentials see to it that even such a call is refused.
"""

import os

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-north-1",
    "AWS_REGION": "eu-north-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "POWERTOOLS_TRACE_DISABLED": "true",
}
for name in ("AWS_PROFILE", "LEADBELL_STACK", "AWS_ENDPOINT_URL", "POWERTOOLS_DEV", "POWERTOOLS_DEBUG"):
    os.environ.pop(name, None)

import moto  # noqa: E402, F401  (see above: before any client is made)
from hypothesis import HealthCheck, settings  # noqa: E402

# Timing is no property of the core, and two busy cores must not make a test fail.
settings.register_profile("ci", max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A guard that is gone shows in one failure; several would come as a group, in which nobody looks for it.
settings.register_profile("guards", settings.get_profile("ci"), report_multiple_bugs=False)
settings.register_profile("nightly", settings.get_profile("ci"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
