-- A person's init.lua, as README.md has it, with settings that lead to the fakes.
local settings = vim.json.decode(vim.env.DEPWARDEN_SETTINGS)
local config = {
  name = 'depwarden',
  cmd = { vim.env.DEPWARDEN_NODE, vim.env.DEPWARDEN_SERVER, '--stdio' },
  root_dir = vim.env.DEPWARDEN_ROOT,
  settings = { depwarden = settings },
  init_options = { trusted = true, cacheDir = vim.env.DEPWARDEN_CACHE, settings = settings },
}
vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
  pattern = { 'package.json', 'package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock' },
  callback = function(event)
    if vim.lsp.start then -- Neovim 0.8 and newer
      vim.lsp.start(config, { bufnr = event.buf })
    else
      _G.depwarden = _G.depwarden or vim.lsp.start_client(config)
      vim.lsp.buf_attach_client(event.buf, _G.depwarden)
    end
  end,
})
