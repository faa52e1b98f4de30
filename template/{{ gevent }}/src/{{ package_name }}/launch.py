"""How gunicorn is started where its workers are greenlets."""

# Before anything else is imported: what is imported earlier keeps what blocks.
# https://www.gevent.org/api/gevent.monkey.html#use-as-a-module
COMMAND = ["-m", "gevent.monkey", "--module", "gunicorn"]
