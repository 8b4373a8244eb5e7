-- :checkhealth countersign
local M = {}

local health = vim.health
local commands = { 'explain', 'refactor', 'addTests', 'fix', 'ask', 'review', 'apply', 'applyFile', 'applyHunk', 'discard', 'cancel', 'status', 'undo' }

local function check_program(cmd)
  if vim.fn.executable(cmd[1]) == 0 then
    return health.error(("`%s` cannot be started"):format(cmd[1]), {
      'build it: ./bootstrap.sh build, in a checkout of Countersign',
      'put build/release on PATH, or name the program in setup({ cmd = { ... } })',
    })
  end
  local done = vim.system({ cmd[1], '--version' }, { text = true, timeout = 10000 }):wait()
  if done.code ~= 0 then
    return health.error(('`%s --version` ended with status %d'):format(cmd[1], done.code), { vim.trim(done.stderr or '') })
  end
  health.ok(('%s: %s'):format(vim.fn.exepath(cmd[1]), vim.trim(done.stdout)))
end

local function check_client(client)
  local version = require('countersign.server').version_of(client)
  local buffers = vim.tbl_count(client.attached_buffers)
  health.ok(('process %d serves %s: version %s, %d buffers'):format(client.id, client.config.root_dir, version, buffers))
  local known = vim.tbl_get(client, 'server_capabilities', 'executeCommandProvider', 'commands') or {}
  local missing = vim.tbl_filter(function(name)
    return not vim.tbl_contains(known, 'countersign.' .. name)
  end, commands)
  if #missing > 0 then
    health.warn('the server does not know: ' .. table.concat(missing, ', '), { 'it is older or newer than this plugin; update the older of both' })
  end
end

function M.check()
  local options = require('countersign').options
  health.start('Countersign')
  if vim.fn.has('nvim-0.10') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim 0.10 is needed', { 'for 0.7 to 0.9 use editors/neovim/0.7/countersign.lua' })
  end
  check_program(options.cmd)
  local clients = vim.lsp.get_clients({ name = 'countersign' })
  if #clients == 0 then
    health.info('no server runs: one starts with the first file of a project that is opened')
  end
  for _, client in ipairs(clients) do
    check_client(client)
  end
  local writes = vim.tbl_filter(function(name)
    return vim.o[name]
  end, { 'autowrite', 'autowriteall' })
  if #writes > 0 then
    health.warn(
      ("'%s' is on"):format(table.concat(writes, "', '")),
      { 'Neovim then writes buffers by itself, with approved edits in them; turn it off to look at them before they are saved' }
    )
  end
end

return M
