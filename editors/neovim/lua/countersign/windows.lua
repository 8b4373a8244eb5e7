-- Windows for what the server shows: they open below, and the cursor stays where it is.
local M = {}

--- Opens `path` below without moving the cursor, in the window that shows such a file already if there is one.
function M.below(path, focus)
  local buffer = vim.fn.bufadd(path)
  local here = vim.api.nvim_get_current_win()
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    for _, other in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
      local shown = vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(other))
      if vim.w[other].countersign_document and not vim.bo[vim.api.nvim_win_get_buf(other)].modified and shown ~= path then
        window = other
      end
    end
  end
  if window == -1 then
    vim.cmd('silent botright split')
    window = vim.api.nvim_get_current_win()
    vim.w[window].countersign_document = true
  end
  vim.api.nvim_win_call(window, function()
    -- It is shown even where something else that runs when a file is opened fails.
    pcall(vim.cmd, 'silent keepalt edit ' .. vim.fn.fnameescape(path))
  end)
  vim.api.nvim_set_current_win(focus and window or here)
  return vim.api.nvim_win_get_buf(window) == buffer
end

--- Shows text that is too long for a message; `q` closes it.
function M.text(text)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, '\n'))
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = false
  local here = vim.api.nvim_get_current_win()
  vim.cmd('silent botright ' .. math.min(15, vim.api.nvim_buf_line_count(buffer)) .. 'split')
  vim.api.nvim_win_set_buf(0, buffer)
  vim.wo.winfixheight = true
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, desc = 'Countersign: close' })
  vim.api.nvim_set_current_win(here)
end

return M
