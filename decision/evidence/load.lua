-- What wrk sends, from the environment; and what it saw, as one line of JSON.
wrk.method = os.getenv("EVIDENCE_METHOD")
wrk.body = os.getenv("EVIDENCE_BODY")
wrk.headers["Content-Type"] = os.getenv("EVIDENCE_TYPE")

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"seconds": %f, "requests": %d, "mean": %f, "p50": %f, "p95": %f, "p99": %f, ' ..
    '"refused": %d, "broken": %d, "status": %d, "timeout": %d}\n',
    summary.duration / 1e6, summary.requests, latency.mean / 1e3,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.connect, errors.read + errors.write, errors.status, errors.timeout))
end
