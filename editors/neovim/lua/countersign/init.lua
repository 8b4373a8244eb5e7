-- Countersign in Neovim 0.10 and newer: an agent whose every write you approve. See :help countersign.
--
-- What is offered, proposed and allowed to leave is decided in the server. Here are only the views of it: buffers are attached
-- to one process a workspace (server.lua), :Countersign (commands.lua), the review (review.lua). Nothing here writes a file.
local M = {}

---@class countersign.Options
M.options = {
  cmd = { 'countersign', 'lsp' },
  -- What marks the top of a workspace.
  root_markers = { '.git', 'CMakeLists.txt', 'pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml' },
  -- nil: every file. Else a list of filetypes; review documents are served in any case.
  filetypes = nil,
  -- Sent to the server, as {max_steps = 20}.
  settings = {},
  -- When a proposal is ready: 'document' opens its diff beside the code, 'tabs' opens the review, 'none' only says so. The cursor stays.
  show = 'document',
  -- In the review. false leaves a mapping out.
  -- `do` and `dp` mean what they mean in any diff: on the left they take and refuse a change, on the right the other way round.
  mappings = { obtain = 'do', put = 'dp', accept_file = '<localleader>a', reject_file = '<localleader>r', close = 'q' },
}

local ready = false

--- Optional: changes the options. Buffers are attached from now on.
---@param changes countersign.Options?
function M.setup(changes)
  M.options = vim.tbl_deep_extend('force', M.options, changes or {})
  ready = true
  require('countersign.server').serve_buffers()
end

--- From plugin/countersign.lua, when the first file is opened and nobody called setup().
function M.setup_once(buffer)
  if not ready then
    M.setup()
    require('countersign.server').attach(buffer)
  end
end

--- What runs just now, for a statusline: "refactor in a.cpp: read_file a.cpp", or an empty string.
function M.statusline()
  return require('countersign.progress').text()
end

return M
