import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { registerCommands, type Parts } from '../src/commands';
import { Server } from '../src/server';
import { commands, said, workspace } from './vscode';

const local = { uri: { scheme: 'file', path: '/w/a.cpp' } };
const elsewhere = { uri: { scheme: 'vscode-vfs', path: '/github/x' } };

let server: Server;
let starts: number;
beforeEach(() => {
  starts = 0;
  said.length = 0;
  const parts = { subscriptions: [] } as unknown as Parts['context'];
  server = new Server(parts, {}, {} as Server['log']);
  server.restart = () => Promise.resolve(++starts > 0);
  registerCommands({ context: parts, server, tree: {} as Parts['tree'], review: {} as Parts['review'] });
});

function openInWindow(folders: (typeof local)[], documents: (typeof local)[] = []): void {
  workspace.workspaceFolders = folders;
  workspace.textDocuments = documents;
}

test('a window with nothing on disk gets no server by a restart', async () => {
  openInWindow([elsewhere], [elsewhere]);
  await commands.executeCommand('countersign.restart');
  assert.equal(starts, 0);
  assert.match(said[0] ?? '', /vscode-vfs:.*from disk/);
});

test('a window with something on disk gets one', async () => {
  for (const [folders, documents] of [[[local], []], [[], []], [[elsewhere], [local]]]) {
    openInWindow(folders!, documents);
    await commands.executeCommand('countersign.restart');
  }
  assert.equal(starts, 3);
  assert.deepEqual(said, []);
});

test('a server that stopped with nothing to do is idle again, and one that runs is not', () => {
  openInWindow([elsewhere]);
  for (const health of ['idle', 'stopped'] as const) {
    server.health = health;
    assert.match(server.whyIdle() ?? '', /from disk/);
  }
  for (const health of ['starting', 'running'] as const) {
    server.health = health;
    assert.equal(server.whyIdle(), undefined);
  }
});

test('settings start no server where none has anything to do', async () => {
  openInWindow([elsewhere]);
  await server.restartIfSetOtherwise();
  assert.equal(starts, 0);
});
