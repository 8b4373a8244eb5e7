-- The review: a tab for each file of a proposal, what you have on the left and what is proposed on the right, in diff mode. The left is the
-- buffer itself, the right is made from the review document and cannot be written to. `do` and `dp` mean what they mean in any diff, but
-- they ask the server, which records the decision and sends the edit; so do the mappings for a whole file.
local documents = require('countersign.review_document')
local server = require('countersign.server')
local windows = require('countersign.windows')

local M = {}

local reviews = {} -- number -> {number, folder, root, tabs = {{tab, path, left, right, places}}, origin}
local wanted = {} -- number -> true: opened in tabs when the server shows it
local last -- number of the proposal that was shown last
local watched = {} -- folder -> uv_fs_event_t

local function text_of(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

--- The lines of the file as an editor would have them; a buffer that does not exist yet has none.
local function left_text(entry)
  return vim.api.nvim_buf_is_valid(entry.left) and not entry.is_new and text_of(entry.left) or {}
end

local function read(path)
  local loaded = vim.fn.bufnr('^' .. vim.fn.escape(path, '[]*?{},\\') .. '$')
  if loaded ~= -1 and vim.api.nvim_buf_is_loaded(loaded) then
    return documents.parse(text_of(loaded))
  end
  return documents.parse(vim.fn.readfile(path))
end

local function write_right(entry, lines)
  vim.bo[entry.right].modifiable = true
  vim.api.nvim_buf_set_lines(entry.right, 0, -1, false, lines)
  vim.bo[entry.right].modifiable = false
  vim.bo[entry.right].modified = false
end

local function title(window, text)
  vim.wo[window].winbar = text:gsub('%%', '%%%%')
end

local function draw(review, entry, file)
  local proposed, places, lost = documents.propose(left_text(entry), file)
  entry.places, entry.file = places, file
  write_right(entry, file.kind == 'delete' and {} or proposed)
  local keys = require('countersign').options.mappings
  local summary = file.kind == 'delete' and 'delete the file' or ('%d to decide'):format(#file.hunks)
  if lost > 0 then
    summary = summary .. (', %d not shown: the text changed since'):format(lost)
  end
  local function hint(take, refuse)
    return take and refuse and ('%s take, %s refuse'):format(take, refuse) or ''
  end
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(entry.tab)) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if buffer == entry.left then
      title(window, (' now: %s   %s'):format(file.path, hint(keys.obtain, keys.put)))
    elseif buffer == entry.right then
      title(window, (' proposed by #%s: %s   %s'):format(review.number, summary, hint(keys.put, keys.obtain)))
    end
  end
end

local function entry_here()
  local tab = vim.api.nvim_get_current_tabpage()
  for _, review in pairs(reviews) do
    for _, entry in ipairs(review.tabs) do
      if entry.tab == tab then
        return review, entry
      end
    end
  end
end

--- The proposal, file and change that the cursor is in, as {proposal, files, hunks}; hunks may be missing. Nil outside of a review.
function M.here()
  local review, entry = entry_here()
  if not review then
    return nil
  end
  local here = { proposal = review.number, files = { entry.file.path } }
  local side = vim.api.nvim_get_current_buf() == entry.right and 'new' or 'old'
  local line = vim.api.nvim_win_get_cursor(0)[1]
  for _, place in ipairs(entry.places or {}) do
    local first, final = place[side][1], math.max(place[side][2], place[side][1])
    if (line >= first and line <= final) or #entry.places == 1 then
      here.hunks = { place.id }
    end
  end
  return here, server.client_at(review.root)
end

local function decide(command, extent)
  local commands = require('countersign.commands')
  local here, client = M.here()
  if not here then
    return
  end
  if extent == 'hunk' and not here.hunks then
    return server.say('there is no proposed change at the cursor; ]c goes to the next', vim.log.levels.WARN)
  end
  here[extent == 'hunk' and 'files' or 'hunks'] = nil
  commands.execute(client, command, here)
end

function M.accept(extent)
  decide(extent == 'hunk' and 'countersign.applyHunk' or 'countersign.applyFile', extent)
end

function M.reject(extent)
  decide('countersign.discard', extent)
end

local function close(entry)
  if vim.api.nvim_tabpage_is_valid(entry.tab) and #vim.api.nvim_list_tabpages() > 1 then
    vim.cmd('tabclose ' .. vim.api.nvim_tabpage_get_number(entry.tab))
  end
end

--- A mapping of the review that leaves the same keys alone wherever else the buffer is shown.
local function map(buffer, keys, what, action)
  if not keys then
    return
  end
  vim.keymap.set('n', keys, function()
    if entry_here() then
      action()
    else
      vim.api.nvim_feedkeys(vim.keycode(keys), 'n', false)
    end
  end, { buffer = buffer, desc = 'Countersign: ' .. what })
end

local function map_keys(entry)
  local keys = require('countersign').options.mappings
  local take = function()
    M.accept('hunk')
  end
  local refuse = function()
    M.reject('hunk')
  end
  map(entry.left, keys.obtain, 'take this change', take)
  map(entry.left, keys.put, 'refuse this change', refuse)
  map(entry.right, keys.put, 'take this change', take)
  map(entry.right, keys.obtain, 'refuse this change', refuse)
  for _, buffer in ipairs({ entry.left, entry.right }) do
    map(buffer, keys.accept_file, 'take this file', function()
      M.accept('file')
    end)
    map(buffer, keys.reject_file, 'refuse this file', function()
      M.reject('file')
    end)
  end
  map(entry.right, keys.close, 'close the review', function()
    M.close(entry.number)
  end)
end

local function unmap_keys(entry)
  local keys = require('countersign').options.mappings
  for _, name in ipairs({ 'obtain', 'put', 'accept_file', 'reject_file' }) do
    if keys[name] and vim.api.nvim_buf_is_valid(entry.left) then
      pcall(vim.keymap.del, 'n', keys[name], { buffer = entry.left })
    end
  end
end

local function scratch(name, filetype)
  local old = vim.fn.bufnr('^' .. vim.fn.escape(name, '[]*?{},\\') .. '$')
  if old ~= -1 then
    vim.api.nvim_buf_delete(old, { force = true })
  end
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buffer, name)
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = false
  -- Colours only: a FileType event would make other plugins and servers take it for a file.
  vim.bo[buffer].syntax = filetype or ''
  return buffer
end

local function open_tab(review, file)
  local path = review.root .. '/' .. (file.from or file.path)
  local name = ('countersign://%s/%%s/%s'):format(review.number, file.path)
  local filetype = vim.filetype.match({ filename = path })
  local entry = { number = review.number, path = file.path }
  vim.cmd('silent tabnew')
  entry.tab = vim.api.nvim_get_current_tabpage()
  local empty = vim.api.nvim_get_current_buf()
  entry.is_new = file.kind == 'create'
  if entry.is_new then
    entry.left = scratch(name:format('now'), filetype)
  else
    entry.left = vim.fn.bufadd(path)
    vim.fn.bufload(entry.left)
    vim.bo[entry.left].buflisted = true
  end
  vim.api.nvim_win_set_buf(0, entry.left)
  pcall(vim.api.nvim_buf_delete, empty, {})
  if not entry.is_new then
    vim.api.nvim_buf_attach(entry.left, false, {
      on_lines = function()
        if not vim.tbl_contains(review.tabs, entry) then
          return true -- detach
        end
        M.refresh_soon()
      end,
    })
  end
  vim.cmd('silent rightbelow vsplit')
  entry.right = scratch(name:format('proposed'), filetype)
  vim.api.nvim_win_set_buf(0, entry.right)
  table.insert(review.tabs, entry)
  draw(review, entry, file)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(entry.tab)) do
    vim.api.nvim_win_call(window, function()
      vim.cmd('diffthis')
    end)
  end
  vim.cmd('wincmd h')
  vim.cmd('silent! normal! gg]c')
  map_keys(entry)
end

--- Shows what is left to decide: closes the tabs of files that are decided, and the review when nothing is left.
local function refresh(review)
  local path, open = documents.latest(review.folder, review.number)
  if not path or not open then
    return M.close(review.number)
  end
  local fine, document = pcall(read, path)
  if not fine then
    return -- it is being replaced; the next event has it
  end
  local left = {}
  for _, entry in ipairs(review.tabs) do
    local file = vim.iter(document.files):find(function(candidate)
      return candidate.path == entry.path
    end)
    if file and vim.api.nvim_tabpage_is_valid(entry.tab) then
      draw(review, entry, file)
      table.insert(left, entry)
    else
      unmap_keys(entry)
      close(entry)
    end
  end
  review.tabs = left
  if #review.tabs == 0 then
    reviews[review.number] = nil
  end
  vim.cmd('silent! diffupdate')
end

function M.refresh_all()
  for _, review in ipairs(vim.tbl_values(reviews)) do
    refresh(review)
  end
end

local soon = false
--- After what is going on: an edit in several parts is looked at once.
function M.refresh_soon()
  if not soon then
    soon = true
    vim.schedule(function()
      soon = false
      M.refresh_all()
    end)
  end
end

--- Decisions may be made anywhere: in the document, in the source, in another editor. All of them end in the folder.
local function watch(folder)
  if watched[folder] then
    return
  end
  local event = assert(vim.uv.new_fs_event())
  watched[folder] = event
  event:start(folder, {}, function()
    vim.schedule(M.refresh_soon)
  end)
end

--- Closes the review; nothing is decided by that.
function M.close(number)
  local review = reviews[number]
  if not review then
    return
  end
  reviews[number] = nil
  for _, entry in ipairs(review.tabs) do
    unmap_keys(entry)
    close(entry)
  end
  if vim.api.nvim_tabpage_is_valid(review.origin) then
    vim.api.nvim_set_current_tabpage(review.origin)
  end
end

--- Opens the tabs of a proposal from its document.
function M.open(number, path)
  local fine, document = pcall(read, path)
  if not fine or not document.workspace then
    return server.say(('the diff of #%s cannot be read: %s'):format(number, path), vim.log.levels.WARN)
  end
  M.close(number)
  local review = { number = number, folder = vim.fs.dirname(path), root = document.workspace, tabs = {}, origin = vim.api.nvim_get_current_tabpage() }
  reviews[number] = review
  watch(review.folder)
  for _, file in ipairs(document.files) do
    open_tab(review, file)
  end
  if review.tabs[1] then
    vim.api.nvim_set_current_tabpage(review.tabs[1].tab)
  end
end

--- The server shows the document of proposal `number`: as the person asked for it, or beside the code.
function M.show(number, path)
  last = number
  local how = require('countersign').options.show
  if wanted[number] or how == 'tabs' then
    local here = vim.api.nvim_get_current_tabpage()
    M.open(number, path)
    if not wanted[number] and vim.api.nvim_tabpage_is_valid(here) then
      vim.api.nvim_set_current_tabpage(here)
    end
    wanted[number] = nil
    return true
  end
  if reviews[number] then
    M.refresh_soon()
    return true
  end
  return how == 'none' or windows.below(path, false)
end

--- The next time that the server shows proposal `number`, it opens in tabs.
function M.want(number)
  wanted[number] = true
end

--- Number of the proposal that was shown last.
function M.last()
  return last
end

return M
