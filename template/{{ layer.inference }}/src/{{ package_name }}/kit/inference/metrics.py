"""Prometheus metrics of models. Imported only if METRICS is on."""

from prometheus_client import Gauge, Histogram

QUEUE_LENGTH = Gauge(
    "inference_queue_length", "Requests in the queue.", ["model"], multiprocess_mode="livesum"
)
BATCH_SIZE = Histogram(
    "inference_batch_size", "Requests in a batch.", ["model"], buckets=[2**n for n in range(11)]
)
SECONDS = Histogram("inference_seconds", "Time of a batch in the model.", ["model"])
