-- One way through in a real Neovim, headless. What it does comes in FLOW_* variables, what it saw goes as JSON to FLOW_REPORT;
-- test_config.py judges it. Everything goes the person's way: code_action() with a choice, the buffer, the window.
local patience = 1000 * tonumber(os.getenv('FLOW_PATIENCE'))
local report = { messages = {}, titles = {} }

local function finish()
  local file = assert(io.open(os.getenv('FLOW_REPORT'), 'w'))
  file:write(vim.fn.json_encode(report))
  file:close()
  vim.cmd('qa!')
end

local function wait(what, condition)
  if not vim.wait(patience, condition, 20) then
    report.failure = 'waited in vain for ' .. what
    finish()
    error(report.failure)
  end
end

local show_message = vim.lsp.handlers['window/showMessage']
vim.lsp.handlers['window/showMessage'] = function(problem, result, context, config)
  table.insert(report.messages, result.message)
  return show_message(problem, result, context, config)
end

local function message(pattern)
  for _, text in ipairs(report.messages) do
    local found = text:match(pattern)
    if found then
      return found
    end
  end
end

--- Asks for code actions at the cursor and picks the one whose title begins with `title`.
local function pick(title)
  local chosen, offered
  vim.ui.select = function(items, _, on_choice)
    offered = {}
    for index, item in ipairs(items) do
      local action = item[2] or item.action or item
      table.insert(offered, action.title)
      if not chosen and action.title:sub(1, #title) == title then
        chosen = true
        on_choice(item, index)
      end
    end
  end
  vim.lsp.buf.code_action()
  wait('code actions', function()
    return offered
  end)
  table.insert(report.titles, offered)
  if not chosen then
    report.failure = 'not offered: ' .. title .. ' in ' .. vim.inspect(offered)
    finish()
    error(report.failure)
  end
end

local function attached(buffer)
  for _, client in pairs(vim.lsp.buf_get_clients(buffer)) do
    if client.name == 'countersign' and client.initialized then
      return client.id
    end
  end
end

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
end

require('countersign').setup({ cmd = { os.getenv('COUNTERSIGN'), 'lsp' } })
vim.cmd('filetype on')
vim.cmd('edit ' .. vim.fn.fnameescape(os.getenv('FLOW_FILE')))
local source = vim.api.nvim_get_current_buf()
wait('the server', function()
  return attached(source)
end)
report.client = attached(source)
vim.api.nvim_buf_set_lines(source, -1, -1, false, { '', os.getenv('FLOW_UNSAVED') })
vim.fn.search(os.getenv('FLOW_AT'))
pick(os.getenv('FLOW_ACTION'))

if os.getenv('FLOW_DECISION') == '' then
  wait('an explanation', function()
    return #report.messages > 0 or #vim.api.nvim_list_wins() > 1
  end)
else
  wait('a proposal', function()
    return message('#(%d+)')
  end)
  report.proposal = message('#(%d+)')
  local function review_window()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local buffer = vim.api.nvim_win_get_buf(window)
      if vim.api.nvim_buf_get_name(buffer):match('/proposals/' .. report.proposal .. '%.%d+%.diff$') then
        return window, buffer
      end
    end
  end
  wait('the review document', review_window)
  local window, review = review_window()
  report.review = text_of(review)
  report.focus_stayed = vim.api.nvim_get_current_buf() == source
  wait('the server on the review document', function()
    return attached(review)
  end)
  report.review_client = attached(review)
  report.text_before = text_of(source)
  if os.getenv('FLOW_WHERE') == 'review' then
    vim.api.nvim_set_current_win(window)
    vim.fn.search('^@@ ')
  end
  report.messages = {}
  pick((os.getenv('FLOW_DECISION'):gsub('#', '#' .. report.proposal)))
  wait('a word on the decision', function()
    return #report.messages > 0
  end)
end

for _, window in ipairs(vim.api.nvim_list_wins()) do
  report.shown = (report.shown or '') .. text_of(vim.api.nvim_win_get_buf(window))
end
report.text = text_of(source)
report.modified = vim.api.nvim_buf_get_option(source, 'modified')
finish()
