-- What can be wrong, one fault a run: FAULT names it. What was said goes as JSON to JOURNEY_REPORT; test_plugin.py judges it.
local patience = 1000 * tonumber(os.getenv('JOURNEY_PATIENCE'))
local said = {}
local report = {}

vim.notify = function(text)
  table.insert(said, text)
end

local function wait(what, condition)
  if not vim.wait(patience, condition, 20) then
    report.failure = report.failure or ('waited in vain for ' .. what)
  end
end

local function heard(pattern)
  return vim.iter(said):any(function(text)
    return text:match(pattern) ~= nil
  end)
end

local function setup(cmd)
  require('countersign').setup({ cmd = cmd })
  vim.cmd('filetype on')
end

local server = { os.getenv('COUNTERSIGN'), 'lsp' }

local function served()
  local client = vim.lsp.get_clients({ name = 'countersign', bufnr = 0 })[1]
  return client and client.initialized
end

local faults = {}

function faults.missing()
  setup({ 'countersign-that-is-not-there', 'lsp' })
  vim.cmd('edit src/version.cpp')
  vim.cmd('edit src/wrap.cpp')
  vim.cmd('Countersign explain')
  wait('a word', function()
    return #said > 0
  end)
  vim.cmd('checkhealth countersign')
  report.health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

--- Dies at once, each time: given up after a row of restarts. Time is made to pass faster.
function faults.crashing()
  local defer = vim.defer_fn
  report.delays = {}
  vim.defer_fn = function(callback, milliseconds)
    if milliseconds >= 1000 then
      table.insert(report.delays, milliseconds)
      milliseconds = 1
    end
    return defer(callback, milliseconds)
  end
  setup({ 'false' })
  vim.cmd('edit src/version.cpp')
  wait('giving up', function()
    return heard('not started again')
  end)
end

function faults.no_file()
  setup(server)
  vim.cmd('enew')
  vim.cmd('setfiletype cpp')
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'int f() { return 1; }' })
  vim.cmd('Countersign explain')
end

function faults.remote()
  setup(server)
  vim.cmd('enew')
  vim.api.nvim_buf_set_name(0, 'scp://host//tmp/a.cpp')
  vim.cmd('setfiletype cpp')
  vim.cmd('Countersign explain')
end

--- A server that knows less than the plugin.
function faults.old_server()
  setup(server)
  vim.cmd('edit src/version.cpp')
  wait('the server', served)
  local client = vim.lsp.get_clients({ name = 'countersign' })[1]
  client.server_capabilities.executeCommandProvider.commands = { 'countersign.explain' }
  vim.cmd('Countersign review 1')
end

function faults.read_only()
  setup(server)
  vim.cmd('view src/version.cpp')
  wait('the server', served)
  vim.cmd('%Countersign refactor')
  wait('a proposal', function()
    return heard('proposed as #')
  end)
  vim.cmd('Countersign apply')
  wait('a word', function()
    return heard('applied #')
  end)
  report.read_only = vim.bo.readonly
  report.modified = vim.bo.modified
end

function faults.no_proposal()
  setup(server)
  vim.cmd('edit src/version.cpp')
  wait('the server', served)
  for _, command in ipairs({ 'review', 'apply', 'discard', 'apply hunk', 'apply nonsense', 'review 99' }) do
    local before = #said
    vim.cmd('Countersign ' .. command)
    wait(command, function()
      return #said > before
    end)
  end
end

--- What is asked for by a smaller name than it needs: a file's only change, the only file.
function faults.only_change()
  setup(server)
  vim.cmd('edit src/version.cpp')
  wait('the server', served)
  local function marks()
    return #vim.diagnostic.get(0, { severity = vim.diagnostic.severity.HINT })
  end
  local function propose(command, changes)
    said = {}
    vim.cmd(command)
    wait('a proposal', function()
      return heard('proposed as #') and marks() == changes
    end)
  end
  local function decide(name, decision)
    said = {}
    vim.cmd('normal! gg')
    vim.cmd('Countersign ' .. decision)
    wait('a word on ' .. decision, function()
      return #said > 0
    end)
    report[name] = { said = said[#said], text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n') .. '\n' }
  end
  propose('/^std::string change_between/Countersign refactor', 1)
  decide('hunk_refused', 'discard hunk')
  propose('/^std::string change_between/Countersign refactor', 1)
  decide('hunk_taken', 'apply hunk')
  vim.cmd('silent undo')
  propose('%Countersign refactor', 2)
  decide('on_none', 'apply hunk')
  decide('file_taken', 'apply file')
end

--- Decisions on one of two files, and what is decided in another window between the asking and the deciding.
function faults.one_of_two_files()
  setup(server)
  vim.cmd('edit src/version.cpp')
  local source = vim.api.nvim_get_current_buf()
  wait('the server', served)
  local function text_of(name)
    local buffer = vim.fn.bufnr(name)
    return buffer == -1 and '' or table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
  end
  --- Tests for the source, with the cursor in `file`; the number of the proposal.
  local function propose(file)
    vim.api.nvim_set_current_buf(source)
    said = {}
    vim.fn.search('^std::string change_between', 'w')
    vim.cmd('Countersign tests')
    wait('a proposal', function()
      return heard('proposed as #')
    end)
    local number = table.concat(said):match('proposed as #(%d+)')
    vim.cmd('edit ' .. file)
    wait('the server of ' .. file, served)
    said = {}
    return number
  end
  --- Right before the server is asked what can be done here, `path` is discarded.
  local function decided_elsewhere(number, path)
    local client = vim.lsp.get_clients({ name = 'countersign' })[1]
    local request = client.request
    client.request = function(self, ...)
      local is_method = type(self) == 'table'
      if (is_method and ... or self) == 'textDocument/codeAction' then
        client.request = request
        local discard = { command = 'countersign.discard', arguments = { { proposal = number, files = { path } } } }
        if is_method then
          request(self, 'workspace/executeCommand', discard, function() end)
        else
          request('workspace/executeCommand', discard, function() end)
        end
      end
      return request(self, ...)
    end
  end
  --- What is said of `decision` beside what was decided elsewhere, and what is left then.
  local function decide(name, decision, number)
    local function word()
      return vim.iter(said):find(function(text)
        return not text:match('; %d left')
      end)
    end
    vim.cmd(('Countersign %s %s file'):format(decision, number))
    wait('a word on ' .. name, word)
    report[name] = { said = word(), build_file = text_of('CMakeLists.txt'), new_file = text_of('version_test.cpp') }
    said = {}
    vim.cmd('Countersign discard ' .. number)
    wait('the rest of ' .. name, word)
    report[name].rest = word()
  end
  local number = propose('CMakeLists.txt')
  decide('opened_later', 'apply', number)
  vim.cmd('silent undo')
  number = propose('CMakeLists.txt')
  decided_elsewhere(number, 'CMakeLists.txt')
  decide('discarded_elsewhere', 'discard', number)
  number = propose('tests/version_test.cpp')
  vim.diagnostic.set(vim.api.nvim_create_namespace('other'), 0, { { lnum = 0, col = 0, source = 'countersign', message = ('#%s proposes a change here'):format(number) } })
  decided_elsewhere(number, 'tests/version_test.cpp')
  decide('applied_elsewhere', 'apply', number)
end

local fine, problem = xpcall(faults[os.getenv('FAULT')], debug.traceback)
if not fine then
  report.failure = problem
end
report.said = said
local file = assert(io.open(os.getenv('JOURNEY_REPORT'), 'w'))
file:write(vim.json.encode(report))
file:close()
vim.cmd('qa!')
