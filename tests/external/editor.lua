-- Neovim with the snippet of editors/neovim: opens a file, and writes what it came to know as JSON.
-- In the environment: SIPCLAUSE (the command), SNIPPET, FILE, ANSWER (where to write), LINE and COLUMN of the hover.

local answer = { steps = {} }

local function finish(why)
  answer.failed = why
  local file = assert(io.open(vim.env.ANSWER, "w"))
  file:write(vim.json.encode(answer))
  file:close()
  vim.cmd("qa!")
end

local function wait(what, is_so)
  if not vim.wait(20000, is_so, 20) then
    error("waited in vain for " .. what)
  end
end

--- The diagnostics of a buffer, as far as they say the same in every version of Neovim.
local function diagnostics(buffer)
  return vim.tbl_map(function(one)
    return {
      line = one.lnum,
      column = one.col,
      severity = one.severity,
      source = one.source,
      code = one.code or (one.user_data and one.user_data.lsp and one.user_data.lsp.code),
      message = one.message,
    }
  end, vim.diagnostic.get(buffer))
end

local function ask(buffer, method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 20000))
  for _, one in pairs(answers) do
    assert(not one.error, vim.inspect(one.error))
    return one.result
  end
end

local function run()
  local snippet = dofile(vim.env.SNIPPET)
  snippet.cmd = { vim.env.SIPCLAUSE, "lsp" }
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
  local buffer = vim.api.nvim_get_current_buf()
  answer.filetype = vim.bo[buffer].filetype
  wait("diagnostics", function()
    return #vim.diagnostic.get(buffer) > 0
  end)
  answer.opened = diagnostics(buffer)
  local document = { uri = vim.uri_from_bufnr(buffer) }
  local position = { line = tonumber(vim.env.LINE), character = tonumber(vim.env.COLUMN) }
  local hover = ask(buffer, "textDocument/hover", { textDocument = document, position = position })
  answer.hover = hover.contents.value
  answer.symbols = ask(buffer, "textDocument/documentSymbol", { textDocument = document })

  -- The words that are missing are typed, and nothing is saved.
  local line = vim.api.nvim_buf_get_lines(buffer, position.line, position.line + 1, true)[1]
  vim.api.nvim_buf_set_text(buffer, position.line, #line, position.line, #line, { ";explicit" })
  local before = #answer.opened
  wait("fewer diagnostics", function()
    return #vim.diagnostic.get(buffer) < before
  end)
  answer.typed = diagnostics(buffer)
end

--- Takes every preferred fix at the place of the hover, as a user would.
local function mend()
  local buffer = vim.api.nvim_get_current_buf()
  vim.cmd("edit!")
  wait("the diagnostics of the file", function()
    return #vim.diagnostic.get(buffer) == #answer.opened
  end)
  local place = { line = tonumber(vim.env.LINE), character = tonumber(vim.env.COLUMN) }
  local actions = ask(buffer, "textDocument/codeAction", {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = { start = place, ["end"] = place },
    context = { diagnostics = {}, only = { "quickfix" } },
  })
  answer.actions = actions
  for _, action in ipairs(actions) do
    vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
  end
  wait("the finding to go", function()
    return #vim.diagnostic.get(buffer) < #answer.opened
  end)
  answer.mended = diagnostics(buffer)
  vim.cmd("write")
end

vim.schedule(function()
  local is_done, why = pcall(function()
    run()
    mend()
  end)
  finish(not is_done and tostring(why) or nil)
end)
