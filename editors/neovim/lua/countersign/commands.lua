-- :Countersign and what it does. Every command is the server's own, sent as workspace/executeCommand; what comes of it is told by a message,
-- a document or an edit.
local server = require('countersign.server')
local documents = require('countersign.review_document')

local M = {}

local actions = { explain = 'explain', refactor = 'refactor', tests = 'addTests', fix = 'fix', ask = 'ask' }
local extents = { 'all', 'file', 'hunk' }

local function request(client, method, params, done, buffer)
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, done, buffer)
  else
    client.request(method, params, done, buffer)
  end
end

--- Sends a command; `done` gets its answer. Says what is wrong if there is no server, or one that does not know it.
function M.execute(client, command, argument, done)
  if not client then
    return server.say('no server runs for this proposal; open a file of its workspace, or see :checkhealth countersign', vim.log.levels.WARN)
  end
  local known = vim.tbl_get(client, 'server_capabilities', 'executeCommandProvider', 'commands') or {}
  if not vim.tbl_contains(known, command) then
    return server.say(('the server (version %s) knows no %s: it is of another age than this plugin. Update the older of both.'):format(server.version_of(client), command), vim.log.levels.ERROR)
  end
  request(client, 'workspace/executeCommand', { command = command, arguments = { argument } }, function(problem, answer)
    if problem then
      server.say(problem.message or vim.inspect(problem), vim.log.levels.ERROR)
    elseif done then
      done(answer)
    end
  end, vim.api.nvim_get_current_buf()) -- by its number: then Neovim first tells the server what was typed
end

--- Calls `use` with the client of `buffer` once it is ready; says why there is none.
local function with_client(buffer, use)
  local client = server.client_of(buffer)
  if client and client.initialized then
    return use(client)
  end
  if not client and not server.attach(buffer) then
    local name = vim.api.nvim_buf_get_name(buffer)
    if name == '' then
      server.say('this buffer has no file yet, so it belongs to no workspace; write it first', vim.log.levels.WARN)
    elseif name:match('^%a[%w+.-]+://') then
      server.say(('%s is not on this machine; the server serves local files'):format(name), vim.log.levels.WARN)
    elseif vim.fn.executable(require('countersign').options.cmd[1]) == 1 then
      server.say('this buffer is not served; see :checkhealth countersign', vim.log.levels.WARN)
    end
    return
  end
  vim.api.nvim_create_autocmd('LspAttach', {
    buffer = buffer,
    once = true,
    callback = function()
      vim.schedule(function()
        local ready = server.client_of(buffer)
        if ready and ready.initialized then
          use(ready)
        end
      end)
    end,
  })
end

--- The cursor or the given lines, as the server counts them.
local function place(client, buffer, given)
  local params
  if given.range > 0 then
    local last = vim.api.nvim_buf_get_lines(buffer, given.line2 - 1, given.line2, false)[1] or ''
    params = vim.lsp.util.make_given_range_params({ given.line1, 0 }, { given.line2, math.max(#last - 1, 0) }, buffer, client.offset_encoding)
  else
    params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  end
  return { uri = params.textDocument.uri, range = params.range }
end

local function start(action, given, instruction)
  local buffer = vim.api.nvim_get_current_buf()
  if action == 'ask' and instruction == '' then
    return vim.ui.input({ prompt = 'Ask Countersign to: ' }, function(text)
      if text and text ~= '' then
        start(action, given, text)
      end
    end)
  end
  with_client(buffer, function(client)
    local argument = place(client, buffer, given)
    argument.instruction = instruction ~= '' and instruction or nil
    M.execute(client, 'countersign.' .. actions[action], argument)
  end)
end

--- The commands that the server offers at the cursor, or in `range`, as [{command, arguments, title}].
local function offered(client, buffer, use, range)
  local params = place(client, buffer, { range = 0 })
  request(client, 'textDocument/codeAction', { textDocument = { uri = params.uri }, range = range or params.range, context = { diagnostics = {} } }, function(problem, list)
    if problem then
      return server.say(problem.message, vim.log.levels.ERROR)
    end
    use(vim.tbl_map(function(entry)
      return type(entry.command) == 'table' and entry.command or entry
    end, list or {}))
  end, buffer)
end

--- The one proposal that is meant: by number, by where the cursor is, or by asking.
local function choose_proposal(client, buffer, number, use)
  local here = require('countersign.review').here()
  local named = documents.number_of(vim.api.nvim_buf_get_name(buffer))
  if number or here or named then
    return use(number or (here and here.proposal) or named)
  end
  offered(client, buffer, function(commands)
    local numbers, titles = {}, {}
    for _, entry in ipairs(commands) do
      if entry.command == 'countersign.review' then
        table.insert(numbers, entry.arguments[1].proposal)
        titles[entry.arguments[1].proposal] = entry.title
      end
    end
    if #numbers == 0 then
      local last = require('countersign.review').last()
      if last then
        return use(last)
      end
      return server.say('no proposal touches this file; :Countersign status lists what waits', vim.log.levels.WARN)
    end
    if #numbers == 1 then
      return use(numbers[1])
    end
    vim.ui.select(numbers, {
      prompt = 'Which proposal?',
      format_item = function(item)
        return titles[item]
      end,
    }, function(choice)
      if choice then
        use(choice)
      end
    end)
  end)
end

--- Where proposal `number` would change `buffer`, as the server marked it: 0-based lines.
local function changes_of(buffer, number)
  local lines = {}
  for _, mark in ipairs(vim.diagnostic.get(buffer)) do
    if mark.source == 'countersign' and mark.message:match('^#(%d+) ') == tostring(number) then
      table.insert(lines, mark.lnum)
    end
  end
  return lines
end

--- The offer of `command` on proposal `number` in a list of offers.
local function find_offer(list, command, number)
  return vim.iter(list):find(function(entry)
    return entry.command == command and entry.arguments[1].proposal == number
  end)
end

--- Sends the command of `extent` on proposal `number` for what it changes in this file, and for nothing else whatever was decided meanwhile:
--- a file goes by its name, a change by its id, and the server refuses what is not pending. What can be applied here can be discarded as
--- well, so the offers to apply say what there is; a file's only change is not among them, and is meant wherever the cursor is.
local function decide_here(client, buffer, commands, extent, number)
  local path = server.path_in_workspace(client, buffer)
  offered(client, buffer, function(list)
    local change = find_offer(list, 'countersign.applyHunk', number)
    local known = #changes_of(buffer, number)
    if not find_offer(list, 'countersign.apply', number) then
      server.say(('#%s changes nothing here; :Countersign review shows what it changes'):format(number), vim.log.levels.WARN)
    elseif extent == 'hunk' and change then
      M.execute(client, commands.hunk, change.arguments[1])
    elseif extent == 'hunk' and known ~= 1 then
      local where = known == 0 and 'no change of #%s here; :Countersign review shows what it changes' or 'none of the ' .. known .. ' changes of #%s here; ]d goes to the next'
      server.say(('the cursor is on ' .. where):format(number), vim.log.levels.WARN)
    elseif not path then
      server.say(('it is not clear which folder of the server this file belongs to; decide on it in :Countersign review %s'):format(number), vim.log.levels.WARN)
    else
      M.execute(client, commands.file, { proposal = number, files = { path } })
    end
  end)
end

--- apply and discard. What is meant by a file or a hunk: in the review, on the review document, or in the source.
local function decide(verb, number, extent)
  local buffer = vim.api.nvim_get_current_buf()
  local commands = { apply = { all = 'countersign.apply', file = 'countersign.applyFile', hunk = 'countersign.applyHunk' } }
  commands = commands[verb] or { all = 'countersign.discard', file = 'countersign.discard', hunk = 'countersign.discard' }
  local review = require('countersign.review')
  if review.here() and extent ~= 'all' then
    return verb == 'apply' and review.accept(extent) or review.reject(extent)
  end
  local path = vim.api.nvim_buf_get_name(buffer)
  local document = documents.number_of(path)
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local _, review_client = review.here()
  local function carry_out(client)
    choose_proposal(client, buffer, number, function(chosen)
      local argument = { proposal = chosen }
      if document == chosen and (verb == 'apply' or extent ~= 'all') then
        argument = { proposal = chosen, document = path, line = line, extent = extent }
        return M.execute(client, commands[extent], argument)
      end
      if extent == 'all' then
        return M.execute(client, commands.all, argument)
      end
      decide_here(client, buffer, commands, extent, chosen)
    end)
  end
  if review_client then
    return carry_out(review_client)
  end
  with_client(buffer, carry_out)
end

local function review(number)
  local buffer = vim.api.nvim_get_current_buf()
  with_client(buffer, function(client)
    choose_proposal(client, buffer, number, function(chosen)
      require('countersign.review').want(chosen)
      M.execute(client, 'countersign.review', { proposal = chosen })
    end)
  end)
end

local function on_client(command, argument, done)
  local buffer = vim.api.nvim_get_current_buf()
  with_client(buffer, function(client)
    M.execute(client, command, argument and argument(client, buffer) or vim.empty_dict(), done)
  end)
end

local verbs = {
  review = function(rest)
    review(rest[1])
  end,
  -- Without a number: what was approved last, which the server knows. What was shown last may have been discarded.
  undo = function(rest)
    on_client('countersign.undo', function()
      return rest[1] and { proposal = rest[1]:gsub('^#', '') } or vim.empty_dict()
    end)
  end,
  status = function()
    on_client('countersign.status', function(client, buffer)
      return vim.api.nvim_buf_get_name(buffer) ~= '' and place(client, buffer, { range = 0 }) or vim.empty_dict()
    end)
  end,
  cancel = function(rest)
    on_client('countersign.cancel', function()
      return { run = rest[1] or '' }
    end, function(answer)
      if answer and answer.stopped == 0 then
        server.say('nothing is at work')
      end
    end)
  end,
  restart = function()
    server.restart()
  end,
}
for _, verb in ipairs({ 'apply', 'discard' }) do
  verbs[verb] = function(rest)
    local number, extent
    for _, word in ipairs(rest) do
      if vim.tbl_contains(extents, word) then
        extent = word
      else
        number = word:match('^#?(%d+)$')
        if not number then
          return server.say((':Countersign %s [NUMBER] [%s], not %s'):format(verb, table.concat(extents, '|'), word), vim.log.levels.ERROR)
        end
      end
    end
    decide(verb, number, extent or 'all')
  end
end

local order = { 'explain', 'refactor', 'tests', 'fix', 'ask', 'review', 'apply', 'discard', 'undo', 'status', 'cancel', 'restart' }

function M.complete(lead, line)
  local words = vim.split(line, '%s+')
  local candidates = #words <= 2 and order or (words[2] == 'apply' or words[2] == 'discard') and extents or {}
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, candidates)
end

--- As nvim_create_user_command calls it.
function M.run(given)
  local verb = given.fargs[1]
  local rest = vim.list_slice(given.fargs, 2)
  if not verb then
    return vim.ui.select(order, { prompt = 'Countersign' }, function(choice)
      if choice then
        M.run({ fargs = { choice }, range = given.range, line1 = given.line1, line2 = given.line2 })
      end
    end)
  end
  if actions[verb] then
    return start(verb, given, table.concat(rest, ' '))
  end
  if verbs[verb] then
    return verbs[verb](rest)
  end
  server.say(('there is no :Countersign %s; there are: %s'):format(verb, table.concat(order, ', ')), vim.log.levels.ERROR)
end

return M
