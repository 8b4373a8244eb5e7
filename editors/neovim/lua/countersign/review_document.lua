-- Reads a review document: the unified diff in the server's state directory that a proposal is decided from. It says everything that
-- a view needs: the proposal, its workspace, what the agent wrote about it, and each pending change with its id. Pure but for latest().
local M = {}

local folder_pattern = '/countersign/proposals/'

--- "7", "2" of ".../countersign/proposals/7.2.diff"; nil for any other path.
function M.number_of(path)
  local number, revision = path:match(folder_pattern .. '(%d+)%.(%d+)%.diff$')
  return number, tonumber(revision)
end

--- A path as it stands behind "--- a/" or "+++ b/", perhaps in quotes with C's escapes.
local function plain_path(text)
  local quoted = text:match('^"(.*)"$')
  if quoted then
    local letters = { n = '\n', t = '\t', r = '\r', a = '\a', b = '\b', f = '\f', v = '\v' }
    text = quoted:gsub('\\(%d%d%d)', function(octal)
      return string.char(tonumber(octal, 8))
    end)
    text = text:gsub('\\(.)', function(letter)
      return letters[letter] or letter
    end)
  end
  text = text:gsub('\t$', '')
  return text ~= '/dev/null' and text:match('^[ab]/(.*)$') or nil
end

--- What a review document says: {number, revision, workspace, comments, files}, each file {path, from, kind, hunks}, each hunk {id, begin,
--- old, new, at}. `begin` is the 1-based line of the present text where `old` stands; `at` the line of the document. `lines` have no line ends.
function M.parse(lines)
  local document = { comments = {}, files = {} }
  local file, hunk
  for at, line in ipairs(lines) do
    line = line:gsub('\r$', '')
    local kind = line:sub(1, 1)
    if line:match('^diff %-%-git ') then
      file, hunk = { kind = 'modify', hunks = {} }, nil
      table.insert(document.files, file)
    elseif not file then
      document.number = line:match('^# countersign%-proposal: (%d+)$') or document.number
      document.revision = tonumber(line:match('^# countersign%-revision: (%d+)$')) or document.revision
      local quoted = line:match('^# countersign%-workspace: (".*")$')
      if quoted then
        local fine, workspace = pcall(vim.json.decode, quoted)
        document.workspace = fine and workspace or nil
      end
      local comment = line:match('^#   (.*)$')
      if comment then
        table.insert(document.comments, comment)
      end
    elseif line:match('^@@ ') then
      local begin, section = line:match('^@@ %-(%d+),?%d* %+%d+,?%d* @@(.*)$')
      hunk = { begin = tonumber(begin) or 1, id = (section or ''):match('hunk (%S+)'), old = {}, new = {}, at = at }
      table.insert(file.hunks, hunk)
    elseif hunk then
      if kind == ' ' or kind == '-' or line == '' then
        table.insert(hunk.old, line:sub(2))
      end
      if kind == ' ' or kind == '+' or line == '' then
        table.insert(hunk.new, line:sub(2))
      end
    elseif line:match('^new file mode') then
      file.kind = 'create'
    elseif line:match('^deleted file mode') then
      file.kind = 'delete'
    elseif line:match('^rename from ') then
      file.kind, file.from = 'move', line:sub(13)
    elseif line:match('^rename to ') then
      file.path = line:sub(11)
    elseif line:match('^%-%-%- ') then
      file.path = file.path or plain_path(line:sub(5))
    elseif line:match('^%+%+%+ ') then
      file.path = plain_path(line:sub(5)) or file.path
    end
  end
  return document
end

local function stands_at(text, lines, begin)
  if begin < 1 or begin + #lines - 1 > #text then
    return false
  end
  for offset, line in ipairs(lines) do
    if text[begin + offset - 1] ~= line then
      return false
    end
  end
  return true
end

--- Where `lines` stand in `text`, nearest to `guess`; nil if nowhere.
local function find(text, lines, guess)
  for distance = 0, math.max(guess, #text) do
    for _, begin in ipairs({ guess - distance, guess + distance }) do
      if stands_at(text, lines, begin) then
        return begin
      end
    end
  end
end

--- `text` with every change of `file` made. Also each hunk's place, {id, hunk, old = {first, last}, new = {first, last}} in 1-based lines, and how many
--- changes do not fit this text any more.
function M.propose(text, file)
  local result, places, lost, taken = {}, {}, 0, 0
  for _, hunk in ipairs(file.hunks) do
    local begin = #hunk.old == 0 and #text + 1 or find(text, hunk.old, hunk.begin)
    if not begin or begin <= taken then
      lost = lost + 1
    else
      vim.list_extend(result, text, taken + 1, begin - 1)
      local first = #result + 1
      vim.list_extend(result, hunk.new)
      taken = begin + #hunk.old - 1
      table.insert(places, { id = hunk.id, hunk = hunk, old = { begin, taken }, new = { first, #result } })
    end
  end
  vim.list_extend(result, text, taken + 1, #text)
  return result, places, lost
end

--- The newest revision's path of proposal `number` in `folder`, and whether it is still open.
function M.latest(folder, number)
  local newest
  for name in vim.fs.dir(folder) do
    local revision = tonumber(name:match('^' .. number .. '%.(%d+)%.diff$'))
    if revision and revision > (newest or 0) then
      newest = revision
    end
  end
  local open = vim.uv.fs_stat(folder .. '/' .. number .. '.json') ~= nil
  return newest and ('%s/%s.%d.diff'):format(folder, number, newest), open
end

return M
