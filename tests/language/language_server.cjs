// yaml-language-server's own service, asked from Python.
// node language_server.cjs SCHEMA < requests: a JSON list of {text, ask: validate | complete | hover, line, character};
// prints the list of answers. NODE_PATH says where the package is.
const fs = require('fs');
const { getLanguageService } = require('yaml-language-server');
const { SettingsState } = require('yaml-language-server/out/server/src/yamlSettings');
const { TextDocument } = require('vscode-languageserver-textdocument');

const schema = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const service = getLanguageService({
  schemaRequestService: (uri) => Promise.reject(new Error(`the schema asks for ${uri}`)),
  workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).toString() },
  yamlSettings: new SettingsState(),
  clientCapabilities: { textDocument: { completion: { completionItem: {} } } },
});
service.configure({
  validate: true,
  completion: true,
  hover: true,
  schemas: [{ uri: 'file:///spec.schema.json', fileMatch: ['*'], schema }],
});

async function answer({ text, ask, line, character }, number) {
  const document = TextDocument.create(`file:///${number}.yaml`, 'yaml', 0, text);
  if (ask === 'validate') {
    return (await service.doValidation(document, false)).map((problem) => problem.message);
  }
  if (ask === 'complete') {
    const list = await service.doComplete(document, { line, character }, false);
    return list.items.map((item) => item.label);
  }
  const hover = await service.doHover(document, { line, character });
  return hover ? hover.contents.value : '';
}

(async () => {
  const answers = [];
  for (const [number, request] of JSON.parse(fs.readFileSync(0, 'utf8')).entries()) {
    answers.push(await answer(request, number));
  }
  process.stdout.write(JSON.stringify(answers));
})();
