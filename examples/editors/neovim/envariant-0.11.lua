-- Envariant in Neovim 0.11 and newer: put this file into ~/.config/nvim/plugin/.

vim.lsp.config('envariant', {
  cmd = { 'envariant', 'lsp', '--stdio' },
  filetypes = { 'dockerfile', 'make', 'sh', 'yaml', 'yaml.docker-compose', 'hcl', 'terraform', 'groovy', 'Jenkinsfile', 'toml' },
  root_markers = { { 'envariant.config.jsonc', 'envariant.config.yaml' }, '.git' },
  settings = { envariant = { inlayHints = true } },
})
vim.lsp.enable('envariant')

-- Hints at commands that differ between environments; leave this out to have none.
vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('envariant', { clear = true }),
  callback = function(args)
    local client = vim.lsp.get_client_by_id(args.data.client_id)
    if client ~= nil and client.name == 'envariant' then
      vim.lsp.inlay_hint.enable(true, { bufnr = args.buf })
    end
  end,
})
