-- Asks with one cookie after the other; tells what it saw as one line of JSON.
-- Its argument is a file with a Cookie header's value in each line; none: no cookies.
local requests = {}
local turn = 0

function init(args)
  if args[1] then
    for cookie in io.lines(args[1]) do
      requests[#requests + 1] = wrk.format("GET", nil, { Cookie = cookie })
    end
  else
    requests[1] = wrk.format("GET")
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "errors": %d, "p50_ms": %.3f, "p99_ms": %.3f, "longest_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6,
    e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
