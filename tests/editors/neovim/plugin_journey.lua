-- The whole way with the plugin in a real Neovim, headless: commands, windows and mappings as a person uses them. What each step left
-- in the buffers goes as JSON to JOURNEY_REPORT; journey.py and test_plugin.py judge it.
local patience = 1000 * tonumber(os.getenv('JOURNEY_PATIENCE'))
local report = {}
local said = {}

local function finish()
  report.said = said
  local file = assert(io.open(os.getenv('JOURNEY_REPORT'), 'w'))
  file:write(vim.json.encode(report))
  file:close()
  vim.cmd('qa!')
end

local function fail(text)
  report.failure = text
  finish()
  error(text)
end

local function wait(what, condition)
  local value
  local fine = vim.wait(patience, function()
    value = condition()
    return value
  end, 20)
  return fine and value or fail('waited in vain for ' .. what)
end

vim.notify = function(text)
  table.insert(said, text)
end

local function forget()
  said = {}
end

--- What was said that matches.
local function heard(pattern)
  for _, text in ipairs(said) do
    if text:match(pattern) then
      return text
    end
  end
end

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
end

local function window_of(pattern)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(window)):match(pattern) then
      return window
    end
  end
end

local function buffer_of(pattern)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.api.nvim_buf_get_name(buffer):match(pattern) then
      return buffer
    end
  end
end

local function press(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'mx', false)
end

local function tabs()
  return #vim.api.nvim_list_tabpages()
end

local function attached(buffer)
  local client = vim.lsp.get_clients({ name = 'countersign', bufnr = buffer })[1]
  return client and client.initialized and client
end

--- The source, served by the plugin.
local function open_source()
  vim.g.maplocalleader = '\\'
  require('countersign').setup({ cmd = { os.getenv('COUNTERSIGN'), 'lsp' } })
  vim.cmd('filetype on')
  vim.cmd('edit src/version.cpp')
  local source = vim.api.nvim_get_current_buf()
  wait('the server', function()
    return attached(source)
  end)
  return source
end

--- A run whose model never answers: seen, and stopped.
local function at_work()
  open_source()
  local statusline = require('countersign').statusline
  vim.fn.search('^std::string change_between')
  vim.cmd('Countersign explain')
  report.at_work = wait('the statusline to show the run', function()
    return statusline() ~= '' and statusline()
  end)
  vim.cmd('Countersign cancel')
  report.cancelled = wait('a word on cancelling', function()
    return heard('cancelled')
  end)
  wait('the statusline to be quiet', function()
    return statusline() == ''
  end)
  report.after_work = statusline()
end

local function steps()
  local source = open_source()
  vim.api.nvim_buf_set_lines(source, -1, -1, false, { '// not saved' })

  -- Explain
  vim.fn.search('^std::string change_between')
  vim.cmd('Countersign explain')
  local window = wait('an explanation', function()
    return window_of('/explanations/.*%.md$')
  end)
  report.explanation = text_of(vim.api.nvim_win_get_buf(window))
  report.focus_stayed = vim.api.nvim_get_current_buf() == source
  vim.api.nvim_win_close(window, false)

  -- Refactor: one change taken, one refused
  vim.cmd('%Countersign refactor')
  window = wait('the diff', function()
    return window_of('/proposals/%d+%.1%.diff$')
  end)
  report.review = text_of(vim.api.nvim_win_get_buf(window))
  report.text_before = text_of(source)
  wait('the server on the diff', function()
    return attached(vim.api.nvim_win_get_buf(window))
  end)
  report.one_process = attached(vim.api.nvim_win_get_buf(window)).id == attached(source).id
  vim.cmd('Countersign review')
  wait('the review', function()
    return tabs() == 2
  end)
  local left, right = unpack(vim.tbl_map(vim.api.nvim_win_get_buf, vim.api.nvim_tabpage_list_wins(0)))
  report.left_is_the_buffer = left == source
  report.diff_mode = vim.wo.diff
  report.proposed = text_of(right)
  report.right_is_closed_to_writing = not vim.bo[right].modifiable
  report.winbar = vim.wo.winbar
  forget()
  vim.cmd('normal! gg]c')
  press('do')
  wait('a word on the first change', function()
    return heard('applied #')
  end)
  report.one_taken = text_of(source)
  wait('the second change alone', function()
    local shown = require('countersign.review').here()
    vim.cmd('normal! gg]c')
    return shown and vim.wo.diff and vim.fn.line('.') > 20
  end)
  report.proposed_then = text_of(right)
  forget()
  press('dp')
  wait('a word on the second change', function()
    return heard('[Dd]iscarded')
  end)
  report.one_refused = text_of(source)
  wait('the review to close', function()
    return tabs() == 1
  end)
  report.back_in_the_source = vim.api.nvim_get_current_buf() == source
  report.mappings_are_gone = vim.fn.maparg('do', 'n') == ''

  -- Undo: a proposal like any other
  forget()
  vim.cmd('Countersign undo')
  local undoing = wait('the way back', function()
    return heard('proposed as #')
  end):match('proposed as #(%d+)')
  window = wait('its diff', function()
    return window_of('/proposals/' .. undoing .. '%.1%.diff$')
  end)
  report.undo_review = text_of(vim.api.nvim_win_get_buf(window))
  report.text_before_undo = text_of(source)
  forget()
  vim.cmd('Countersign apply ' .. undoing)
  wait('a word on the way back', function()
    return heard('applied #' .. undoing)
  end)
  report.undone = text_of(source)
  vim.api.nvim_set_current_win(vim.fn.win_findbuf(source)[1])

  -- Tests: one file refused, one taken
  vim.fn.search('^std::string change_between', 'w')
  vim.cmd('Countersign tests')
  forget()
  wait('the tests', function()
    return heard('proposed as #')
  end)
  vim.cmd('Countersign review')
  wait('a tab for each file', function()
    return tabs() == 3
  end)
  local function go_to(pattern)
    for _, tab in ipairs(vim.api.nvim_list_tabpages()) do
      vim.api.nvim_set_current_tabpage(tab)
      local found = tabs() > 1 and window_of(pattern)
      if found then
        return vim.api.nvim_set_current_win(found)
      end
    end
    fail('no window shows ' .. pattern)
  end
  go_to('countersign://.*/proposed/CMakeLists.txt$')
  report.proposed_file = text_of(0)
  forget()
  press('\\r')
  wait('a word on the file refused', function()
    return heard('[Dd]iscarded')
  end)
  wait('its tab to close', function()
    return tabs() == 2
  end)
  report.file_refused = text_of(buffer_of('/CMakeLists.txt$'))
  go_to('countersign://.*/proposed/tests/version_test.cpp$')
  forget()
  press('\\a')
  wait('a word on the file taken', function()
    return heard('applied #')
  end)
  local made = buffer_of('^/.*/tests/version_test.cpp$')
  report.file_taken = text_of(made)
  report.modified = vim.bo[source].modified and vim.bo[made].modified
  wait('the review to close', function()
    return tabs() == 1
  end)

  -- Discard
  vim.api.nvim_set_current_buf(source)
  vim.cmd('%Countersign refactor')
  forget()
  wait('another proposal', function()
    return heard('proposed as #')
  end)
  report.before_discard = text_of(source)
  forget()
  vim.cmd('Countersign discard')
  report.discarded = wait('a word on discarding', function()
    return heard('[Dd]iscarded')
  end)
  report.after_discard = text_of(source)

  -- Wrong words
  forget()
  vim.cmd('Countersign nonsense')
  report.nonsense = heard('nonsense')
  report.completed = vim.fn.getcompletion('Countersign dis', 'cmdline')
  vim.cmd('Countersign status')
  report.status = wait('the status', function()
    local buffer = vim.iter(vim.api.nvim_list_bufs()):find(function(candidate)
      return text_of(candidate):match('^Countersign [%d.]+, provider')
    end)
    return buffer and text_of(buffer)
  end)

  -- A server that dies: a proposal is still there when it is back
  vim.cmd('%Countersign refactor')
  forget()
  wait('a proposal to keep', function()
    return heard('proposed as #')
  end)
  local kept = heard('proposed as #'):match('#(%d+)')
  local old = attached(source)
  forget()
  local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
  for _, process in ipairs(children) do
    vim.uv.kill(process, 'sigkill')
  end
  report.crash = wait('a word on the crash', function()
    return heard('it starts again in')
  end)
  wait('another server', function()
    local client = attached(source)
    return client and client.id ~= old.id
  end)
  forget()
  wait('the proposal, again', function() -- the server reads them while it answers already
    vim.cmd('Countersign review ' .. kept)
    return vim.wait(1000, function()
      return tabs() == 2
    end, 20)
  end)
  report.kept = text_of(vim.api.nvim_win_get_buf(vim.api.nvim_tabpage_list_wins(0)[2]))
  vim.cmd('wincmd l')
  press('q')
  report.closed_undecided = tabs() == 1

  -- The person saves, for the first time
  vim.api.nvim_set_current_buf(source)
  vim.fn.writefile({}, os.getenv('JOURNEY_MARKERS') .. '/saving')
  vim.cmd('set nowritebackup | write')
  report.saved = text_of(source)
end

local fine, problem = xpcall(os.getenv('STEPS') == 'at_work' and at_work or steps, debug.traceback)
if not fine and not report.failure then
  report.failure = problem
end
finish()
