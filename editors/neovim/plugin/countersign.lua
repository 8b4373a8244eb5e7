-- What Neovim loads at start: the command, and nothing that costs time. The rest is loaded when it is first used.
if vim.g.loaded_countersign then
  return
end
vim.g.loaded_countersign = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('Countersign: this plugin needs Neovim 0.10; for 0.7 to 0.9 use editors/neovim/0.7/countersign.lua instead', vim.log.levels.WARN)
  return
end

vim.api.nvim_create_user_command('Countersign', function(given)
  require('countersign.commands').run(given)
end, {
  nargs = '*',
  range = true,
  desc = 'Countersign: an agent whose every write you approve',
  complete = function(lead, line)
    return require('countersign.commands').complete(lead, line)
  end,
})

-- Buffers are served without a call of setup() too; set vim.g.countersign_manual to decide that yourself.
if not vim.g.countersign_manual then
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('countersign_start', {}),
    once = true,
    callback = function(event)
      require('countersign').setup_once(event.buf)
    end,
  })
end
