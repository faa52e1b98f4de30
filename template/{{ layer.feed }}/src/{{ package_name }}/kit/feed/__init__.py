"""Events for many clients, across processes: published by topic, followed from an ID.

    feed.publish(topic, "created", model)                # from any thread; it never waits
    async for event in feed.follow(topic, after): ...    # first `open`, or `reset` after a gap

`event.id` is where a client goes on after it was away. `reset` means that it may have missed events:
it reads its data again. The last FEED_LENGTH events are kept, in one Redis stream for all processes,
or in memory without REDIS_URL.

Publish after the commit. While Redis is down, events wait in this process; they are lost if the
process ends before Redis is back. An event can arrive twice, never in another order.
"""

from .feed import Feed
from .log import Event

__all__ = ["Event", "Feed"]
