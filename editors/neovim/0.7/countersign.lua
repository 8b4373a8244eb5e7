-- Countersign in Neovim 0.7 and newer. Put this file on the runtime path as lua/countersign.lua, and in init.lua:
--   require('countersign').setup()
--
-- One server process serves every buffer of a workspace and the review documents that belong to it: only a process
-- that was told of a buffer can make an edit of it, and only the one that made a proposal can apply it.
local M = {}

local clients = {} -- workspace folder -> client id
local told_missing = false
local options = {
  cmd = { 'countersign', 'lsp' },
  root_markers = { '.git', 'CMakeLists.txt', 'pyproject.toml', 'package.json', 'go.mod' },
}

--- The workspace that a review document names in its header, or nil for any other file.
local function workspace_of_review(buffer)
  for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, 5, false)) do
    local quoted = line:match('^# countersign%-workspace: (".*")$')
    if quoted then
      return vim.fn.json_decode(quoted)
    end
  end
end

local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  for _, marker in ipairs(options.root_markers) do
    local quoted = vim.fn.fnameescape(folder) .. ';'
    local found = vim.fn.finddir(marker, quoted)
    if found == '' then
      found = vim.fn.findfile(marker, quoted)
    end
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p'):gsub('/$', ''):match('^(.*)/[^/]*$')
    end
  end
  return folder
end

-- Neovim 0.7 knows no window/showDocument: the review document opens in a split, and the cursor stays where it is.
local function show_document(_, params)
  vim.cmd('botright split ' .. vim.fn.fnameescape(vim.uri_to_fname(params.uri)))
  if not params.takeFocus then
    vim.cmd('wincmd p')
  end
  return { success = true }
end

local function say(text)
  vim.notify('Countersign: ' .. text, vim.log.levels.WARN)
end

--- Whether the program can be started at all; says once what to do if not.
local function is_there()
  local program = options.cmd[1]
  if vim.fn.executable(program) == 1 then
    told_missing = false
    return true
  end
  if not told_missing then
    told_missing = true
    say(
      ('`%s` cannot be started: it is not on PATH. Build it with ./bootstrap.sh build and put build/release on PATH, '):format(program)
        .. "or name it in require('countersign').setup({ cmd = { '/path/to/countersign', 'lsp' } })."
    )
  end
  return false
end

local function start(root)
  local config = { name = 'countersign', cmd = options.cmd, root_dir = root }
  config.on_exit = function(code, signal)
    clients[root] = nil
    if code ~= 0 or signal ~= 0 then
      vim.schedule(function()
        say(("the server of %s ended. :lua require('countersign').attach(0) in a file of it starts it again; proposals are kept."):format(root))
      end)
    end
  end
  if not vim.lsp.handlers['window/showDocument'] then
    config.handlers = { ['window/showDocument'] = show_document }
    config.capabilities = vim.lsp.protocol.make_client_capabilities()
    config.capabilities.window.showDocument = { support = true }
  end
  return vim.lsp.start_client(config)
end

--- The buffer gets another name: under the old one the server has to forget it. Neovim before 0.9 does not say so.
local function detach(buffer)
  for _, id in pairs(clients) do
    if vim.lsp.buf_is_attached(buffer, id) then
      vim.lsp.buf_detach_client(buffer, id)
    end
  end
end

--- Attaches `buffer` (0: the present one) to the process of its workspace, which is started if it does not run yet.
function M.attach(buffer)
  buffer = buffer == 0 and vim.api.nvim_get_current_buf() or buffer
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' then
    return
  end
  local root = workspace_of_review(buffer) or root_of(path)
  clients[root] = clients[root] or is_there() and start(root) or nil
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

function M.setup(changes)
  options = vim.tbl_extend('force', options, changes or {})
  local group = vim.api.nvim_create_augroup('countersign', {})
  local function on(events, action)
    vim.api.nvim_create_autocmd(events, {
      group = group,
      callback = function(event)
        action(event.buf)
      end,
    })
  end
  on('FileType', M.attach)
  on('BufFilePre', detach)
  on('BufFilePost', function(buffer)
    if vim.bo[buffer].filetype ~= '' then
      M.attach(buffer)
    end
  end)
end

return M
