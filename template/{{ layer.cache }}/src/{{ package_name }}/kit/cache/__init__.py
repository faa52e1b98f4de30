"""Values that take long to make, for all processes in Redis, or in memory without REDIS_URL.

    def rate(cache: Cache, rates: Upstream, currency: str) -> Rate:
        make = partial(rates.get, f"/rates/{currency}", into=Rate)
        return cache.get_or_set(f"rate:{currency}", 60, Rate, make)

    return await run(service.rate, cache, rates, currency)    in a router; see `kit.bridge`
    return service.rate(cache, rates, currency)               in a view

However many ask, one of them makes the value. A key contains the ID of the user if the value depends
on the user. Forget a value after the commit of what has changed it: `await run(cache.forget, key)`.

Make values outside of transactions, in which a connection would wait: `make` may open its own, such
as `lambda: db.read(service.count, actor=user)`. It must take less than 30 seconds.
"""

from .cache import Cache, open_cache

__all__ = ["Cache", "open_cache"]
