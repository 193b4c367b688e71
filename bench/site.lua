-- What wrk does for bench/site.js: GET what it is told, or, with TOKENS and OFFSET, one-click POSTs with a token each.
local threads = {}
local tokens = {}
local first = tonumber(os.getenv("OFFSET"))
sent = 0

if first then
  for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = line end
  wrk.method = "POST"
  wrk.body = "List-Unsubscribe=One-Click"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  function request()
    sent = sent + 1
    return wrk.format(nil, "/u/" .. (tokens[first + sent] or "none"))
  end
end

function setup(thread) table.insert(threads, thread) end

function done(summary, latency)
  local taken = 0
  for _, thread in ipairs(threads) do taken = taken + (thread:get("sent") or 0) end
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"sent":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, taken,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
