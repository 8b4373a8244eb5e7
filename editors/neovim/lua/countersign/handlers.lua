-- What the server asks of the editor, where Neovim's own answer is not the best one. Only for our client.
local windows = require('countersign.windows')

local M = {}

local levels = { vim.log.levels.ERROR, vim.log.levels.WARN, vim.log.levels.INFO, vim.log.levels.DEBUG, vim.log.levels.DEBUG }
local many_lines = 4

M['window/showMessage'] = function(_, result)
  local text = result.message
  if #vim.split(text, '\n') > many_lines then
    windows.text(text)
  else
    require('countersign.say')(text, levels[result.type])
  end
  require('countersign.review').refresh_all()
end

M['window/showDocument'] = function(_, result, context)
  local path = vim.uri_to_fname(result.uri)
  local number = require('countersign.review_document').number_of(path)
  if number then
    return { success = require('countersign.review').show(number, path, context.client_id) }
  end
  if result.external then
    return vim.lsp.handlers['window/showDocument'] and { success = vim.ui.open(result.uri) ~= nil }
  end
  return { success = windows.below(path, result.takeFocus) }
end

return M
