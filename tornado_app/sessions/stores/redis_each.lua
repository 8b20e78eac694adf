-- Runs `one`, the script that stands before this, for many records in turn, and returns
-- what it answers for each.
-- KEYS: the records. ARGV: for each of them how many arguments it has, then these.
local answers, at = {}, 1
for place, key in ipairs(KEYS) do
    local arguments = {}
    for i = 1, tonumber(ARGV[at]) do
        arguments[i] = ARGV[at + i]
    end
    at = at + 1 + #arguments
    answers[place] = one({key}, arguments)
end
return answers
