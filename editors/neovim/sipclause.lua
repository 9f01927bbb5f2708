-- Neovim from 0.7 on: put this beside init.lua as lua/sipclause.lua and write `require("sipclause")` there.
local M = {
  -- The command. `sipclause lsp --help` lists its options.
  cmd = { "sipclause", "lsp" },
  -- docs/editor.md lists these.
  init_options = vim.empty_dict(),
}

if vim.filetype then
  vim.filetype.add({ extension = { sip = "sip" } })
end
-- Neovim 0.7 asks vim.filetype only when told to.
vim.cmd("autocmd BufRead,BufNewFile *.sip setfiletype sip")

--- The folder of the nearest configuration or repository above a file, else its own.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  local found = vim.fn.findfile("sipclause.yaml", folder .. ";")
  if found == "" then
    found = vim.fn.finddir(".git", folder .. ";")
  end
  return found == "" and folder or vim.fn.fnamemodify(found, ":p:h:s?/.git$??")
end

local clients = {}

--- Attaches a buffer to the server of its folder.
function M.attach(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local config = { name = "sipclause", cmd = M.cmd, root_dir = root, init_options = M.init_options }
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  -- Neovim 0.7 has no vim.lsp.start.
  local id = clients[root]
  if not (id and vim.lsp.get_client_by_id(id)) then
    id = vim.lsp.start_client(config)
    clients[root] = id
  end
  vim.lsp.buf_attach_client(buffer, id)
  return id
end

vim.api.nvim_create_autocmd("FileType", {
  pattern = { "sip", "yaml" },
  callback = function(event)
    M.attach(event.buf)
  end,
})

return M
