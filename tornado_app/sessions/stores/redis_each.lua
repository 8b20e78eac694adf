-- Runs `one`, the script that stands before this, for many records in turn, and returns
-- what it answers for each.
-- KEYS: the records. ARGV: the arguments for each of them, as many for one as for the
-- next; they come in the same table, which `one` must not keep.
local answers, keys, arguments, count = {}, {}, {}, #ARGV / #KEYS
for place, key in ipairs(KEYS) do
    keys[1] = key
    for i = 1, count do
        arguments[i] = ARGV[(place - 1) * count + i]
    end
    answers[place] = one(keys, arguments)
end
return answers
