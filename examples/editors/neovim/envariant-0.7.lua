-- Envariant in Neovim 0.7 to 0.10, without plugins: put this file into ~/.config/nvim/plugin/.

local group = vim.api.nvim_create_augroup('envariant', { clear = true })
-- One server for each root, whatever the number of buffers.
local clients = {}

local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  local git = vim.fn.finddir('.git', folder .. ';')
  return git == '' and folder or vim.fn.fnamemodify(git, ':p:h:h')
end

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = { 'dockerfile', 'make', 'sh', 'yaml', 'yaml.docker-compose', 'hcl', 'terraform', 'groovy', 'Jenkinsfile', 'toml' },
  callback = function(args)
    local file = vim.api.nvim_buf_get_name(args.buf)
    if file == '' or vim.bo[args.buf].buftype ~= '' then
      return
    end
    local root = root_of(file)
    if clients[root] == nil then
      clients[root] = vim.lsp.start_client({
        name = 'envariant',
        cmd = { 'envariant', 'lsp', '--stdio' },
        root_dir = root,
        workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
        on_exit = function()
          clients[root] = nil
        end,
      })
    end
    if clients[root] ~= nil then
      vim.lsp.buf_attach_client(args.buf, clients[root])
    end
  end,
})
