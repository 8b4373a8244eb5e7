import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cannotStart, serverEnvironment, serverProgram, serverSettings } from '../src/launch';
import { isUnsavedFile, whyNot, whyNotStarted } from '../src/places';

test('takes the setting, then what came along, then the search path', () => {
  assert.equal(serverProgram('/opt/c', '/ext/server/countersign', () => true), '/opt/c');
  assert.equal(serverProgram('', '/ext/server/countersign', (path) => path === '/ext/server/countersign'), '/ext/server/countersign');
  assert.equal(serverProgram('', '/ext/server/countersign', () => false), 'countersign');
});

test('hands over what is set, the key, and nothing that is not set', () => {
  const launch = { settings: { max_steps: 7, log_file: '/tmp/l', allow: ['make *'] }, key: 'k', trusted: true };
  assert.deepEqual(serverEnvironment({ PATH: '/bin' }, launch), {
    PATH: '/bin',
    COUNTERSIGN_MAX_STEPS: '7',
    COUNTERSIGN_LOG_FILE: '/tmp/l',
    COUNTERSIGN_ALLOW: '["make *"]',
    COUNTERSIGN_API_KEY: 'k',
  });
  assert.deepEqual(serverEnvironment({ PATH: '/bin' }, { settings: {}, key: '', trusted: true }), { PATH: '/bin' });
});

test('a folder that is not trusted gets no commands, whatever is set', () => {
  assert.equal(serverEnvironment({}, { settings: { level: 'connected' }, trusted: false })['COUNTERSIGN_LEVEL'], 'analyze');
});

test('knows its own settings from the server\'s', () => {
  assert.deepEqual(serverSettings({ 'countersign.serverPath': {}, 'countersign.max_steps': {}, 'editor.x': {} }), ['max_steps']);
});

test('says what to do when the server does not start', () => {
  assert.match(cannotStart('/x/y', 'spawn /x/y ENOENT'), /no program \/x\/y.*serverPath.*PATH.*Restart/s);
  assert.match(cannotStart('/x/y', 'spawn /x/y EACCES'), /chmod \+x/);
  assert.match(cannotStart('/x/y', 'exited with code 2'), /exited with code 2.*Proposals are kept.*Restart/s);
});

test('says where it cannot work, and why', () => {
  assert.equal(whyNot({ scheme: 'file', path: '/w/a.cpp' }), undefined);
  assert.equal(whyNot({ scheme: 'untitled', path: '/w/new.cpp' }), undefined, 'a new file of a proposal');
  assert.match(whyNot(undefined) ?? '', /open a file/);
  assert.match(whyNot({ scheme: 'untitled', path: 'Untitled-1' }) ?? '', /Untitled-1 is not a file yet. Save it/);
  assert.match(whyNot({ scheme: 'vscode-vfs', path: '/x' }) ?? '', /vscode-vfs:.*from disk/);
  assert.match(whyNot({ scheme: 'countersign-proposal', path: '/7/after/a' }) ?? '', /title bar/);
  assert.equal(isUnsavedFile({ scheme: 'file', path: '/w/a' }), false);
});

test('starts a server where something is on disk, or may be opened from there', () => {
  const local = { scheme: 'file', path: '/w' };
  const elsewhere = { scheme: 'vscode-vfs', path: '/github/x' };
  assert.equal(whyNotStarted([]), undefined);
  assert.equal(whyNotStarted([elsewhere, local]), undefined);
  assert.match(whyNotStarted([elsewhere]) ?? '', /vscode-vfs:.*from disk/);
});
