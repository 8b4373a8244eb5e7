-- The same keystrokes into a large file, in a headless Neovim: TYPING_KEYS of them, with the server attached if TYPING_SERVER names it.
-- What each took, in microseconds, drawing and pending events included, goes as JSON to TYPING_REPORT. typing.py starts it.
local clock = vim.loop.hrtime
local server = os.getenv('TYPING_SERVER')

vim.cmd('filetype on | syntax on')
if server then
  require('countersign').setup({ cmd = { server, 'lsp' } })
end
vim.cmd('edit ' .. vim.fn.fnameescape(os.getenv('TYPING_FILE')))

local function attached()
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.lsp.buf_get_clients(0)
  for _, client in pairs(clients) do
    return client.initialized
  end
end

local report = { times = {} }
if server and not vim.wait(30000, attached, 10) then
  report.failure = 'the server was not attached'
else
  vim.api.nvim_win_set_cursor(0, { math.floor(vim.api.nvim_buf_line_count(0) / 2), 0 })
  local escape = vim.api.nvim_replace_termcodes('<Esc>', true, false, true)
  for n = 1, tonumber(os.getenv('TYPING_KEYS')) do
    local began = clock()
    vim.api.nvim_feedkeys((n % 40 == 0 and 'o' or 'a') .. 'x' .. escape, 'xt', false)
    vim.cmd('redraw')
    vim.wait(0)
    report.times[n] = (clock() - began) / 1000
  end
end
local file = assert(io.open(os.getenv('TYPING_REPORT'), 'w'))
file:write(vim.fn.json_encode(report))
file:close()
vim.cmd('qa!')
