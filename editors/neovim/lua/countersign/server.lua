-- One server process for a workspace. It serves the workspace's buffers and the review documents that belong to it: only a process
-- that was told of a buffer can make an edit of it, and only the one that made a proposal can apply it.
local M = {}

local name = 'countersign'
local most_restarts = 5 -- in a row; a process that lived for a minute begins a new row
local restarts = {} -- workspace folder -> {count, buffers}
local versions = {} -- client id -> what the server calls itself
local leaving = false
local told_missing = false

local function say(text, level)
  require('countersign.say')('Countersign: ' .. text, level)
end
M.say = say

--- The options as setup() left them.
local function current()
  return require('countersign').options
end

local function workspace_of(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' or path:match('^%a[%w+.-]+://') then
    return nil -- nothing on this machine's disk: the server could not read its neighbours
  end
  local review = require('countersign.review_document')
  if review.number_of(path) then
    local document = review.parse(vim.api.nvim_buf_get_lines(buffer, 0, 40, false))
    return document.workspace
  end
  local wanted = current().filetypes
  if wanted and not vim.tbl_contains(wanted, vim.bo[buffer].filetype) then
    return nil
  end
  if path:match('/countersign/explanations/[^/]*%.md$') then
    return nil
  end
  return vim.fs.root(buffer, current().root_markers) or vim.fs.dirname(path)
end
M.workspace_of = workspace_of

--- Whether the program can be started at all; says once what to do if not.
local function is_there()
  local program = current().cmd[1]
  if vim.fn.executable(program) == 1 then
    told_missing = false
    return true
  end
  if not told_missing then
    told_missing = true
    say(
      ('`%s` cannot be started: it is not on PATH. Build it with ./bootstrap.sh build and put build/release on PATH, '):format(program)
        .. "or name it in require('countersign').setup({ cmd = { '/path/to/countersign', 'lsp' } }). See :checkhealth countersign.",
      vim.log.levels.WARN
    )
  end
  return false
end

local function is_ours(client, root)
  return client.name == name and client.config.root_dir == root
end

local function restart_later(root, buffers, code, signal)
  local row = restarts[root] or { count = 0 }
  if row.started and vim.uv.now() - row.started > 60000 then
    row.count = 0
  end
  row.count = row.count + 1
  restarts[root] = row
  local how = signal ~= 0 and ('by signal %d'):format(signal) or ('with status %d'):format(code)
  if row.count > most_restarts then
    return say(
      ('the server of %s ended %s, %d times in a row. It is not started again; :Countersign restart does. '):format(root, how, row.count)
        .. 'Proposals are kept. :checkhealth countersign says what may be wrong.',
      vim.log.levels.ERROR
    )
  end
  local seconds = 2 ^ (row.count - 1)
  say(
    ('the server of %s ended %s; it starts again in %d s. Proposals are kept, and a run that was at work has to be asked for again.'):format(root, how, seconds),
    vim.log.levels.WARN
  )
  vim.defer_fn(function()
    row.started = vim.uv.now()
    for _, buffer in ipairs(buffers) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        M.attach(buffer)
      end
    end
  end, seconds * 1000)
end

--- Buffers of `root` that a new process has to be told of.
local function buffers_of(root)
  return vim.tbl_filter(function(buffer)
    return vim.api.nvim_buf_is_loaded(buffer) and workspace_of(buffer) == root
  end, vim.api.nvim_list_bufs())
end

--- As vim.lsp.config() takes it in Neovim 0.11 and newer.
function M.config()
  return {
    name = name,
    cmd = current().cmd,
    filetypes = nil,
    settings = { countersign = current().settings },
    root_dir = function(buffer, found)
      local root = workspace_of(buffer)
      if root and is_there() then
        found(root)
      end
    end,
    reuse_client = function(client, config)
      return is_ours(client, config.root_dir)
    end,
    handlers = require('countersign.handlers'),
    on_init = function(client, result)
      versions[client.id] = vim.tbl_get(result or {}, 'serverInfo', 'version')
    end,
    on_exit = function(code, signal, client_id)
      local client = vim.lsp.get_client_by_id(client_id)
      local root = client and client.config.root_dir
      vim.schedule(function()
        require('countersign.progress').forget()
        if not leaving and root and (code ~= 0 or signal ~= 0) then
          restart_later(root, buffers_of(root), code, signal)
        end
      end)
    end,
  }
end

--- Attaches `buffer` to the process of its workspace, which is started if it does not run.
function M.attach(buffer)
  local root = workspace_of(buffer)
  if not root or not is_there() then
    return nil
  end
  local config = M.config()
  config.root_dir = root
  return vim.lsp.start(config, { bufnr = buffer, reuse_client = config.reuse_client, silent = true })
end

--- The running process that serves `buffer`, or the only one there is. Starts none.
function M.client_of(buffer)
  local clients = vim.lsp.get_clients({ name = name, bufnr = buffer })
  if #clients == 0 then
    local all = vim.lsp.get_clients({ name = name })
    return #all == 1 and all[1] or nil
  end
  return clients[1]
end

--- What the server calls its version.
function M.version_of(client)
  return versions[client.id] or 'unknown'
end

--- As client_of, by workspace folder.
function M.client_at(root)
  return vim.iter(vim.lsp.get_clients({ name = name })):find(function(client)
    return is_ours(client, root)
  end)
end

--- The path of `buffer` as the server names it in a proposal: from its workspace folder. Nil if it lies in none, or in several.
function M.path_in_workspace(client, buffer)
  local name_of_buffer, found = vim.api.nvim_buf_get_name(buffer), {}
  for _, folder in ipairs(client.workspace_folders or {}) do
    local root = vim.uri_to_fname(folder.uri):gsub('/*$', '/')
    if vim.startswith(name_of_buffer, root) then
      table.insert(found, name_of_buffer:sub(#root + 1))
    end
  end
  return #found == 1 and found[1] or nil
end

--- Starts what ended, or starts anew what runs.
function M.restart()
  restarts = {}
  told_missing = false
  local waiting = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = name })) do
    table.insert(waiting, client.id)
    vim.lsp.stop_client(client.id)
  end
  local timer = assert(vim.uv.new_timer())
  timer:start(20, 50, vim.schedule_wrap(function()
    local gone = vim.iter(waiting):all(function(id)
      return vim.lsp.get_client_by_id(id) == nil
    end)
    if gone and not timer:is_closing() then
      timer:close()
      for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
        if vim.api.nvim_buf_is_loaded(buffer) then
          M.attach(buffer)
        end
      end
    end
  end))
end

--- From setup(): every file that is opened from now on, and what is open already.
function M.serve_buffers()
  local group = vim.api.nvim_create_augroup('countersign', {})
  vim.api.nvim_create_autocmd('VimLeavePre', {
    group = group,
    callback = function()
      leaving = true
    end,
  })
  require('countersign.progress').watch()
  if vim.lsp.enable then
    vim.lsp.config(name, M.config())
    vim.lsp.enable(name)
  else
    vim.api.nvim_create_autocmd('FileType', {
      group = group,
      callback = function(event)
        M.attach(event.buf)
      end,
    })
  end
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype ~= '' then
      M.attach(buffer)
    end
  end
end

return M
