// Other extensions than ours, of a few lines each, bundled as their makers would.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = join(dirname(fileURLToPath(import.meta.url)), '../../../editors/vscode');
const { buildSync } = createRequire(join(packages, 'package.json'))('esbuild');

/// Installs it into a folder of extensions, before the editor is started. What it imports is among the packages of editors/vscode.
export function putExtension(extensions, { name, activationEvents, source }) {
  const folder = join(extensions, `test.${name}-0.0.1`);
  mkdirSync(folder);
  const manifest = { name, publisher: 'test', version: '0.0.1', engines: { vscode: '^1.91.0' }, main: './extension.js', activationEvents };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  buildSync({
    stdin: { contents: source, resolveDir: packages },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    outfile: join(folder, 'extension.js'),
    logLevel: 'error',
  });
}

/// What anybody would write to have `server` in the editor, as the main README says.
export const generic = (server) => ({
  name: 'generic',
  activationEvents: ['onStartupFinished'],
  source: `
    import { LanguageClient } from 'vscode-languageclient/node';
    export function activate() {
      const server = { command: ${JSON.stringify(server)}, args: ['lsp'] };
      return new LanguageClient('generic', 'Generic', server, { documentSelector: [{ scheme: 'file' }] }).start();
    }`,
});

/// A file system that is nowhere on disk: memory:/project holds `files`, {name: text}.
export const memoryFiles = (files) => ({
  name: 'memory',
  activationEvents: ['onFileSystem:memory'],
  source: `
    import * as vscode from 'vscode';
    const files = new Map(Object.entries(${JSON.stringify(files)}).map(([name, text]) => ['/project/' + name, new TextEncoder().encode(text)]));
    function stat(uri) {
      const isFile = files.has(uri.path);
      if (!isFile && !['/', '/project'].includes(uri.path)) throw vscode.FileSystemError.FileNotFound(uri);
      return { type: isFile ? vscode.FileType.File : vscode.FileType.Directory, ctime: 0, mtime: 0, size: files.get(uri.path)?.length ?? 0 };
    }
    function refuse(uri) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    export function activate() {
      vscode.workspace.registerFileSystemProvider('memory', {
        onDidChangeFile: new vscode.EventEmitter().event,
        watch: () => new vscode.Disposable(() => undefined),
        stat,
        readDirectory: () => [...files.keys()].map((path) => [path.slice('/project/'.length), vscode.FileType.File]),
        readFile: (uri) => (stat(uri), files.get(uri.path)),
        writeFile: (uri, bytes) => void files.set(uri.path, bytes),
        createDirectory: refuse,
        delete: refuse,
        rename: refuse,
      });
    }`,
});
