-- Opens package.json, waits for the finding, hovers, applies the pin, and writes down what a person would see.
local seen = {}

local function finish()
  local file = assert(io.open(vim.env.DEPWARDEN_RESULT, 'w'))
  file:write(vim.json.encode(seen))
  file:close()
  vim.cmd('qa!')
end

local function wait_for(what, look)
  if not vim.wait(60000, look, 50) then error('no ' .. what) end
end

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

local function drive()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.DEPWARDEN_ROOT .. '/package.json'))
  local buffer = vim.api.nvim_get_current_buf()
  local found
  wait_for('finding', function()
    for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
      if diagnostic.code == 'compromised' then found = diagnostic end
    end
    return found ~= nil
  end)
  seen.finding = { line = found.lnum, column = found.col, message = found.message, source = found.source }

  vim.fn.cursor(found.lnum + 1, found.col + 1)
  vim.lsp.buf.hover()
  wait_for('hover', function() return floating_text() ~= nil end)
  seen.hover = floating_text()

  -- A person picks the first action of the list.
  vim.ui.select = function(items, options, choose)
    seen.actions = vim.tbl_map(options.format_item, items)
    choose(items[1], 1)
  end
  local before = vim.api.nvim_buf_get_changedtick(buffer)
  vim.lsp.buf.code_action()
  wait_for('edit', function() return vim.api.nvim_buf_get_changedtick(buffer) ~= before end)
  seen.text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
  wait_for('end of the finding', function() return #vim.diagnostic.get(buffer) == 0 end)
end

vim.schedule(function()
  local ok, problem = pcall(drive)
  if not ok then seen.problem = tostring(problem) end
  finish()
end)
