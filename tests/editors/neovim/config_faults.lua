-- What can be wrong with configuration alone, one fault a run: FAULT names it. What was said goes as JSON to JOURNEY_REPORT; test_config.py judges it.
local patience = 1000 * tonumber(os.getenv('JOURNEY_PATIENCE'))
local said = {}
local report = {}

vim.notify = function(text)
  table.insert(said, text)
end

local function wait(what, condition)
  if not vim.wait(patience, condition, 20) then
    error('waited in vain for ' .. what)
  end
end

local function served()
  for _, client in pairs(vim.lsp.buf_get_clients(0)) do
    if client.name == 'countersign' and client.initialized then
      return client.id
    end
  end
end

local function setup(program)
  require('countersign').setup({ cmd = { program, 'lsp' } })
  vim.cmd('filetype on')
end

local function open(file)
  vim.cmd('edit ' .. file)
  wait('the server', served)
end

local faults = {}

function faults.missing()
  setup('countersign-that-is-not-there')
  vim.cmd('edit src/version.cpp')
  vim.cmd('edit src/wrap.cpp')
end

--- The server dies; the person has it started again.
function faults.crashing()
  setup(os.getenv('COUNTERSIGN'))
  open('src/version.cpp')
  local old = served()
  for _, process in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.loop.kill(process, 'sigkill')
  end
  wait('a word on it', function()
    return vim.tbl_contains(vim.tbl_map(function(text)
      return text:match('^Countersign: the server') ~= nil
    end, said), true)
  end)
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { '// not saved' })
  require('countersign').attach(0)
  wait('another server', function()
    return served() and served() ~= old
  end)
  report.served = true
end

--- The buffer is saved under another name and typed into.
function faults.renamed()
  setup(os.getenv('COUNTERSIGN'))
  open('src/version.cpp')
  vim.cmd('silent saveas src/other.cpp')
  wait('the server, again', served)
  vim.api.nvim_buf_set_lines(0, -1, -1, false, { '// typed in the other' })
  local asked
  vim.ui.select = function()
    asked = true
  end
  vim.lsp.buf.code_action() -- what was typed goes out before it
  wait('code actions', function()
    return asked
  end)
  vim.cmd('edit! src/version.cpp')
  wait('the server on the old name', served)
end

local fine, problem = xpcall(faults[os.getenv('FAULT')], debug.traceback)
if not fine then
  report.failure = problem
end
report.said = said
local file = assert(io.open(os.getenv('JOURNEY_REPORT'), 'w'))
file:write(vim.fn.json_encode(report))
file:close()
vim.cmd('qa!')
