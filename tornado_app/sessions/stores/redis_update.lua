-- Makes one update of a record, entirely or not at all: merging.py, in the server.
--
-- KEYS[1]: the record. ARGV[1]: the channel that hears of a sign-in and of an earlier
-- end. ARGV[2]: how many facts of the update follow; each is its name, then its text.
-- Then fields of data and flashes with their new texts; an empty text drops the field.
-- What a visitor stored is never decoded: cjson loses long numbers and empty lists.
-- Instants are whole microseconds since 1970, exact in a double until the year 2255.
local key, channel, ask = KEYS[1], ARGV[1], {}
local first_field = 3 + 2 * tonumber(ARGV[2])
for i = 3, first_field - 1, 2 do
    ask[ARGV[i]] = ARGV[i + 1]
end

local stored = {}
local flat = redis.call('HGETALL', key)
for i = 1, #flat, 2 do
    stored[flat[i]] = flat[i + 1]
end

if not stored.handle
    or tonumber(stored.expires_at) <= tonumber(ask.now)
    or stored.generation ~= ask.generation then
    return 'gone'
end
if ask.version and stored.version ~= ask.version then
    return 'conflict'
end

-- A field of data is its key as JSON, so it begins with a quote; its text begins with
-- its place among the keys.
local function is_data(field)
    return string.sub(field, 1, 1) == '"'
end

local function is_flash(field)
    return string.sub(field, 1, 6) == 'flash:'
end

local function place_in(text)
    return string.match(text, '^%d+')
end

local function whole(number)
    return string.format('%.0f', number)
end

local record, last_place = {}, 0
for field, text in pairs(stored) do
    if is_data(field) then
        last_place = math.max(last_place, tonumber(place_in(text)))
    end
    if not (ask.clear and (is_data(field) or is_flash(field))) then
        record[field] = text
    end
end

for i = first_field, #ARGV, 2 do
    local field, text = ARGV[i], ARGV[i + 1]
    if text == '' then
        record[field] = nil
    elseif is_flash(field) then
        record[field] = text
    elseif record[field] then
        record[field] = place_in(record[field]) .. ':' .. text
    else
        last_place = last_place + 1
        record[field] = whole(last_place) .. ':' .. text
    end
end

local flashes = {}
for field in pairs(record) do
    if is_flash(field) then
        flashes[#flashes + 1] = field
    end
end
table.sort(flashes)
for i = 1, #flashes - tonumber(ask.max_flashes) do
    record[flashes[i]] = nil
end

local function size_bytes()
    -- One bracket each; every entry has a comma, the last one stands for the other.
    local data, list = 1, 1
    for field, text in pairs(record) do
        if is_data(field) then
            data = data + #field + #text - #place_in(text) + 1
        elseif is_flash(field) then
            list = list + #text + 1
        end
    end
    return math.max(data, 2) + (list > 1 and list or 0)
end

if ask.grows and size_bytes() > tonumber(ask.max_bytes) then
    return 'too large'
end

local superseded = not ask.sign_in and stored.id_digest ~= ask.id_digest
record.version = whole(tonumber(stored.version) + 1)
record.stamp = ask.stamp

if ask.sign_in then
    record.user = ask.user
    record.signed_in_at = ask.signed_in_at
    record.id_digest = ask.new_digest
    record.renewed_at = ask.signed_in_at
    record.previous_digest = nil
    record.previous_until = nil
    record.generation = whole(tonumber(stored.generation) + 1)
elseif ask.new_digest and not superseded then
    record.id_digest = ask.new_digest
    record.renewed_at = ask.now
    record.previous_digest = stored.id_digest
    record.previous_until = ask.grace_until
end
if ask.own_idle then
    record.idle_timeout = ask.own_idle ~= 'none' and ask.own_idle or nil
end
if ask.touch and tonumber(ask.now) > tonumber(stored.last_seen_at) then
    record.last_seen_at = ask.now
end
if ask.touch or ask.own_idle or ask.sign_in then
    local idle_timeout = record.idle_timeout or ask.idle_timeout
    local expires_at = tonumber(record.last_seen_at) + tonumber(idle_timeout)
    if ask.ends_at then
        expires_at = math.min(expires_at, tonumber(ask.ends_at))
    end
    record.expires_at = whole(expires_at)
    local left_ms = math.max(0, math.ceil((expires_at - tonumber(ask.now)) / 1000))
    redis.call('PEXPIRE', key, whole(left_ms + tonumber(ask.margin_ms)))
end

for field in pairs(stored) do
    if record[field] == nil then
        redis.call('HDEL', key, field)
    end
end
for field, text in pairs(record) do
    if stored[field] ~= text then
        redis.call('HSET', key, field, text)
    end
end
if ask.sign_in or tonumber(record.expires_at) < tonumber(stored.expires_at) then
    -- Where an ACL forbids it nobody can listen either.
    redis.pcall('PUBLISH', channel, record.handle)
end
return superseded and 'superseded' or 'applied'
