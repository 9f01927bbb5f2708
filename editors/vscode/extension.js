// Starts `sipclause lsp` for .sip files and YAML, and ends it.
"use strict";

const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const OPTIONS = ["config", "profile", "set", "docs", "inconclusive"];

let client;

/** The options of the server, as the settings say them. */
function options() {
  const settings = workspace.getConfiguration("sipclause");
  return Object.fromEntries(OPTIONS.map((key) => [key, settings.get(key)]));
}

exports.activate = function () {
  const command = workspace.getConfiguration("sipclause").get("path");
  client = new LanguageClient(
    "sipclause",
    { command, args: ["lsp"] },
    {
      documentSelector: [{ language: "sip" }, { language: "yaml", scheme: "file" }],
      initializationOptions: options(),
    },
  );
  workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("sipclause")) {
      const settings = { sipclause: options() };
      client.sendNotification("workspace/didChangeConfiguration", { settings });
    }
  });
  return client.start();
};

exports.deactivate = () => client?.stop();
