-- Asks with one cookie after the other; tells what it saw as one line of JSON.
-- Its argument is a file with a Cookie header's value in each line; none: no cookies.
-- With a path and a file more it asks for that page, too, each for a slice of time in
-- turn, and tells the rates of both: so a machine that slows down slows down both.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
]]
local MONOTONIC = 1
-- For so long, answers may be to the page before.
local LEAD_S = 0.08
-- Counting begins at a chance moment: else always at the same point of a batch of answers.
local LEAD_VARIES_S = 0.1
local COUNTED_S = 0.22

local moment = ffi.new("moment")
local pages, at = {}, 1
local begins_s, ends_s, answers
local threads = {}
-- Global, for `done` runs in another state and reads them.
counted, measured_s = { 0, 0 }, { 0, 0 }

local function now_s()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

local function add_page(path, file)
  local requests = {}
  if file and file ~= "" then
    for cookie in io.lines(file) do
      requests[#requests + 1] = wrk.format("GET", path, { Cookie = cookie })
    end
  else
    requests[1] = wrk.format("GET", path)
  end
  pages[#pages + 1] = { requests = requests, turn = 0 }
end

local function begin_slice(time_s)
  at = at % #pages + 1
  answers = 0
  begins_s = time_s + LEAD_S + LEAD_VARIES_S * math.random()
  ends_s = begins_s + COUNTED_S
end

-- wrk asks anew as soon as it is answered: a request is an answer to the one before.
local function count(time_s)
  if not ends_s then
    begin_slice(time_s)
  elseif time_s >= ends_s then
    counted[at] = counted[at] + answers
    measured_s[at] = measured_s[at] + COUNTED_S
    begin_slice(time_s)
  elseif time_s >= begins_s then
    answers = answers + 1
  end
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  add_page(nil, args[1])
  if args[2] then
    add_page(args[2], args[3])
    math.randomseed(now_s() * 1e6 % 1e9)
    at = math.random(#pages)  -- no page always comes first
  end
end

function request()
  if #pages > 1 then
    count(now_s())
  end
  local asked = pages[at]
  asked.turn = asked.turn % #asked.requests + 1
  return asked.requests[asked.turn]
end

local function rate_of(number)
  local rate = 0
  for _, thread in ipairs(threads) do
    local seconds = thread:get("measured_s")[number]
    rate = rate + (seconds > 0 and thread:get("counted")[number] / seconds or 0)
  end
  return rate
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "errors": %d, "p50_ms": %.3f, "p99_ms": %.3f, "longest_ms": %.3f, "rates": [%.3f, %.3f]}\n',
    summary.requests, summary.duration / 1e6,
    e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    rate_of(1), rate_of(2)))
end
