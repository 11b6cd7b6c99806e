-- serve.lua - what wrk sends to `serve`, and what it makes of the answers.
--
--   wrk … -s serve.lua URL -- hit                  one text, again and again
--   wrk … -s serve.lua URL -- file TEXTS FROM [MS] a line of TEXTS each, from the
--                                                  line FROM on; MS between an
--                                                  answer and the next request
--
-- The time of sending travels in X-Request-Id, which comes back, so that answers
-- of each status have their own latencies. Prints one line of JSON.
local ffi = require("ffi")
ffi.cdef [[
typedef struct { long s, ns; } moment;
int clock_gettime(int clock, moment *now);
]]
local moment = ffi.new("moment")

local function now_us()
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment.s) * 1e6 + math.floor(tonumber(moment.ns) / 1e3)
end

local threads = {}

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

local texts, at, pause

function init(args)
    statuses, latencies = {}, {}
    if args[1] == "hit" then
        wrk.method = "POST"
        wrk.body = "The latest recall of Happy Fun Ball has sent ACME's stock plummeting."
        -- Without these wrk sends one request and counts, and costs the least.
        request, response, delay = nil, nil, nil
        return
    end
    texts, at, pause = {}, tonumber(args[3]) + number, tonumber(args[4] or 0)
    for line in io.lines(args[2]) do
        table.insert(texts, line)
    end
    if pause == 0 then
        delay = nil
    end
end

function delay()
    return pause
end

function request()
    at = at + 1
    return wrk.format("POST", nil, { ["X-Request-Id"] = string.format("%.0f", now_us()) }, texts[at % #texts + 1])
end

function response(status, headers)
    local sent = tonumber(headers["X-Request-Id"] or headers["x-request-id"])

    statuses[status] = (statuses[status] or 0) + 1
    if sent and status == 200 then
        table.insert(latencies, now_us() - sent)
    end
end

local function quantile(sorted, share)
    return #sorted > 0 and sorted[math.max(1, math.ceil(share * #sorted))] / 1e3 or -1
end

function done(summary, latency)
    local all, by_status, failed = {}, {}, 0

    for _, thread in ipairs(threads) do
        for status, n in pairs(thread:get("statuses")) do
            by_status[status] = (by_status[status] or 0) + n
        end
        for _, us in ipairs(thread:get("latencies")) do
            table.insert(all, us)
        end
    end
    if not next(by_status) then
        by_status = { [200] = summary.requests - summary.errors.status, [0] = summary.errors.status }
    end
    table.sort(all)
    for _, kind in ipairs({ "connect", "read", "write", "timeout" }) do
        failed = failed + summary.errors[kind]
    end
    local counts = {}
    for status, n in pairs(by_status) do
        table.insert(counts, string.format('"%d":%d', status, n))
    end
    print(string.format(
        '{"seconds":%.3f,"requests":%d,"failed":%d,"statuses":{%s},"p50_ms":%.2f,"p99_ms":%.2f,'
            .. '"ok_p50_ms":%.2f,"ok_p99_ms":%.2f,"ok_max_ms":%.2f}',
        summary.duration / 1e6, summary.requests, failed, table.concat(counts, ","),
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        quantile(all, .5), quantile(all, .99), quantile(all, 1)))
end
