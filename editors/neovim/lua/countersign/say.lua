-- A word to the person. Neovim's own vim.notify() stops everything with "Press ENTER" when a text is wider than the screen, so what is only
-- for their information is cut to fit, and :messages has it whole. What somebody put in place of vim.notify() gets it whole.
local function is_neovims_own(notify)
  local source = debug.getinfo(notify, 'S').source
  return source == '?' or source:match('^@vim/') ~= nil -- built in, without the names of files or with them
end

local more = ' … :messages'

--- `text`, or as much of it as fits on one line of the screen, cut between words.
local function fitting(text)
  local room = vim.o.columns - 12 -- showcmd and the last column
  if vim.fn.strdisplaywidth(text) <= room then
    return text
  end
  local short = vim.fn.strcharpart(text, 0, math.max(room - vim.fn.strdisplaywidth(more), 20))
  return (short:match('^(.+%S)%s') or short) .. more
end

return function(text, level)
  level = level or vim.log.levels.INFO
  local short = not text:find('\n') and level <= vim.log.levels.INFO and is_neovims_own(vim.notify) and fitting(text)
  if not short or short == text then
    return vim.notify(text, level)
  end
  vim.cmd('silent echomsg ' .. vim.fn.string(text))
  vim.api.nvim_echo({ { short } }, false, {})
end
