-- What the server's runs are doing, from Neovim's own LspProgress event. vim.lsp.status() says it too.
local M = {}

local runs = {} -- token -> {title, message}

function M.watch()
  vim.api.nvim_create_autocmd('LspProgress', {
    group = vim.api.nvim_create_augroup('countersign_progress', {}),
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      local params = event.data.params or event.data.result
      if not client or client.name ~= 'countersign' or type(params) ~= 'table' or type(params.value) ~= 'table' then
        return
      end
      local value = params.value
      if value.kind == 'begin' then
        runs[params.token] = { title = value.message or value.title }
      elseif value.kind == 'report' and runs[params.token] then
        runs[params.token].doing = value.message
      elseif value.kind == 'end' then
        runs[params.token] = nil
      end
      vim.cmd.redrawstatus()
    end,
  })
end

--- A server that is gone does nothing any more.
function M.forget()
  runs = {}
end

function M.count()
  return vim.tbl_count(runs)
end

function M.text()
  local parts = {}
  for _, run in pairs(runs) do
    table.insert(parts, run.doing and run.title .. ': ' .. run.doing or run.title)
  end
  table.sort(parts)
  return table.concat(parts, ' | ')
end

return M
