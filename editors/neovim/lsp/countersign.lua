-- For `vim.lsp.enable('countersign')` in Neovim 0.11 and newer.
return require('countersign.server').config()
