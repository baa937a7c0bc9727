"""How a deployment in the cloud is: which package runs, whether its functions answer, and what failed."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from linli.clouds import stack_name
from linli.errors import LinliError
from linli_functions.deploying.applying import check_health
from linli_functions.deploying.calls import Cloud
from linli_functions.deploying.packages import Packages
from linli_functions.deploying.planning import configured
from linli_functions.deploying.stack import find_stack


class Status(Struct, frozen=True):
    """A deployment as it is. ``unwell`` says what does not work, empty where all does; ``failed`` counts what waits in
    the queue of failures."""

    stack: str
    state: str = ""
    package: str = ""
    lock: str = ""
    plugins: dict[str, str] = {}
    outputs: dict[str, str] = {}
    failed: int = 0
    unwell: str = ""

    @property
    def fine(self) -> bool:
        """Whether it is there, answers, and nothing waits that failed."""
        return bool(self.state) and not self.failed and not self.unwell


def status(path: Path) -> Status:
    """Look at the deployment of a file. Raises what stops the looking: no credentials, no such region."""
    config, table = configured(path)
    cloud, name = Cloud(table.region), stack_name(config, table)
    stack = find_stack(cloud, name)
    if stack is None:
        return Status(name)
    key = stack.parameters.get("CodeKey", "")
    packages = Packages(cloud, table.package_bucket)
    picture = packages.picture(key) if packages.is_there() else None
    unwell = ""
    try:
        if not stack.stands:
            unwell = stack.reason or "栈没有停在好的状态"
        else:
            check_health(cloud, stack, config.slug, picture.lock if picture else "")
    except LinliError as error:
        unwell = str(error)
    return Status(
        name,
        stack.status,
        Path(key).stem,
        picture.lock if picture else "",
        picture.plugins if picture else {},
        stack.outputs,
        _waiting(cloud, stack.outputs.get("FailedQueue", "")),
        unwell,
    )


def _waiting(cloud: Cloud, queue: str) -> int:
    """How many messages lie in a queue, about."""
    if not queue:
        return 0
    name = "ApproximateNumberOfMessages"
    told = cloud.call("sqs", "GetQueueAttributes", QueueUrl=queue, AttributeNames=[name])
    return int(told["Attributes"][name])
