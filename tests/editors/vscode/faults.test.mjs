// What can be wrong in a real Visual Studio Code; in none of it may anything change on disk. To open a window takes longer than most of
// what is looked at, so most scenarios share one, and each leaves it as it found it.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentModel, talkingModel } from './models.mjs';
import { memoryFiles } from './others.mjs';
import { CodeServer, PATIENCE, sample, until } from './workbench.mjs';

const file = 'src/version.cpp';
const marker = 'change_between';
const old = join(dirname(fileURLToPath(import.meta.url)), 'old_server.mjs');

let code;
let shared;
before(async () => (code = await CodeServer.start({ others: [memoryFiles({ 'version.cpp': sample[file] })] })), { timeout: 2 * PATIENCE });
after(async () => {
  await shared?.close();
  await code?.stop();
});

/// In the window that is shared. A scenario that failed takes it with it.
function scenario(name, act) {
  test(name, { timeout: 8 * PATIENCE }, async () => {
    shared ??= await code.open(sample);
    const window = shared;
    shared = undefined;
    await looked(name, window, async () => {
      await act(window);
      await leave(window);
      shared = window;
    });
  });
}

/// In a window of its own, which is opened as `how` says.
function alone(name, act, { settings = {}, ...how } = {}) {
  test(name, { timeout: 8 * PATIENCE }, async () => {
    code.set(settings);
    const window = await code.open(sample, how);
    await looked(name, window, () => act(window));
  });
}

async function looked(name, window, act) {
  try {
    await act();
    window.assertUntouched();
  } catch (error) {
    await window.picture(`failed-${name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
    throw error;
  } finally {
    code.set({});
    if (window !== shared) {
      await window.close();
    }
  }
}

/// Nothing is open or said any more, and the server is the one of every test. What was proposed the scenario has decided on.
async function leave(window) {
  await window.set({});
  await until(() => code.servers().length > 0, 'no server was started');
  await window.page.locator('.statusbar-item[aria-label*="Provider: builtin"]', { hasText: /^\s*Countersign\s*$/ }).first().waitFor();
  await window.closeEditors();
  await window.command('Notifications: Clear All Notifications');
}

async function propose(window) {
  await window.edit(file);
  await window.press('Control+A');
  await window.action('Refactor');
  await window.toast(/Nothing is written until you apply it/).waitFor();
}

scenario('a missing program is told with what to do; once it is there, Restart starts it', async (window) => {
  await window.server_is_up();
  await window.set({ 'countersign.serverPath': '/nowhere/countersign' });
  const told = /there is no program \/nowhere\/countersign\. Set countersign\.serverPath .*choose Restart/;
  await window.toast(told).waitFor();
  await window.set({});
  await window.answer(told, 'Restart');
  await window.edit(file, marker);
});

scenario('a server that dies is started again, and has the proposals', async (window) => {
  await propose(window);
  const servers = code.servers();
  assert.ok(servers.length > 0);
  servers.forEach((number) => process.kill(number, 'SIGKILL'));
  await until(() => code.servers().some((number) => !servers.includes(number)), 'no other server was started');
  await window.status(/Countersign · 1 to review/);
  await window.pending();
  await window.onRow('Refactor', 'Discard');
  await window.told(/iscarded #\d+/);
});

scenario('a program that dies each time is given up, and said so', async (window) => {
  await window.server_is_up();
  await window.set({ 'countersign.serverPath': '/bin/false' });
  await window.toast(/\/bin\/false does not stay up.*Proposals are kept; choose Restart/).waitFor();
});

scenario('a server of another age is told so, and what it does know works', async (window) => {
  await window.server_is_up();
  await window.set({ 'countersign.serverPath': old });
  await until(() => readdirSync('/proc').some((n) => /^\d+$/.test(n) && commandOf(n).includes(old)), 'the old server was not started');
  await window.edit(file, marker);
  await window.command('Countersign: Undo What Was Applied');
  await window.told(/version 0\.0\.1.*knows no countersign\.undo: it is of another age than this extension/);
  await window.command('Countersign: Review');
  await window.told(/this server does not say what is pending/);
  await window.command('Countersign: Explain');
  await window.told(/explained by an old server/);
});

scenario('a document that is no file yet is told so', async (window) => {
  await window.server_is_up();
  await window.command('Create: New File...');
  await window.choose('', 'Text File');
  await window.type('int f() { return 1; }');
  await window.command('Countersign: Explain');
  await window.told(/is not a file yet\. Save it into your folder first/);
});

alone('in a window without a folder, the directory of the file is the workspace', async (window) => {
  await window.edit(file, marker);
  await window.command('Countersign: Explain');
  await window.rendered(/change_between/);
  await window.closeTab('Explanation: change_between');
  await propose(window);
  await window.command('Countersign: Review');
  await window.reviewOf('if (left == right) {');
  await window.title('Apply');
  await window.told(/applied #\d+ to 1 file, as approved/);
  await window.unsaved('version.cpp');
}, { place: '' });

scenario('a file that is read-only here gets nothing, and it is told how to change that', async (window) => {
  await window.set({ 'files.readonlyInclude': { '**/version.cpp': true } });
  await window.edit(file);
  await window.press('Control+A');
  await window.command('Countersign: Refactor');
  await window.toast(/Nothing is written until you apply it/).waitFor();
  await window.pending();
  await window.onRow('Refactor', 'Apply');
  await window.told(/version\.cpp is read-only in this editor \("File: Set Active Editor Writeable in Session" changes that\)/);
  await window.edit(file, 'if (left != right) {');
  await window.shows('if (left != right) {');
  await window.command('File: Set Active Editor Writeable in Session');
  await window.onRow('Refactor', 'Apply');
  await window.told(/applied #\d+ to 1 file, as approved/);
  await window.unsaved('version.cpp');
});

scenario('the key of the secret storage reaches the provider by the server\'s environment, and what it cost stands in the status bar', async (window) => {
  const model = await talkingModel('# `change_between`\n\nSays which part of a version changed first.\n');
  try {
    await window.set(model.settings);
    await until(async () => (await window.page.locator('.statusbar-item[aria-label*="openai"]').count()) > 0, 'the server is not started with the new settings');
    await window.command('Countersign: Set API Key...');
    const input = window.page.locator('.quick-input-widget:visible input[type=password]');
    await input.fill('a-key-of-this-test');
    await input.press('Enter');
    const handed = () => code.servers().some((number) => readFileSync(`/proc/${number}/environ`, 'utf8').includes('COUNTERSIGN_API_KEY=a-key-of-this-test'));
    await until(handed, 'no server has the key in its environment');
    await window.edit(file, marker);
    await window.command('Countersign: Explain');
    await window.status(/Countersign · \$0\.0120$/);
    assert.ok(model.requests.length > 0 && model.requests.every((headers) => headers.authorization === 'Bearer a-key-of-this-test'), JSON.stringify(model.requests));
    await window.command('Countersign: Forget API Key');
    await until(() => code.servers().length > 0 && !handed(), 'a server still has the key');
  } finally {
    model.close();
  }
});

scenario('with auto save on, it is asked before the editor would save what is applied', async (window) => {
  await window.set({ 'files.autoSave': 'afterDelay' });
  await propose(window);
  await window.answer(/Nothing is written until you apply it/, 'Review');
  await window.title('Apply');
  const dialog = window.page.locator('.monaco-dialog-box', { hasText: 'Auto save is on (files.autoSave: afterDelay)' });
  await dialog.waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await window.title('Discard');
  await window.told(/iscarded #\d+/);
});

scenario('two windows on one folder: both propose, and neither writes', async (window) => {
  const other = await window.beside();
  try {
    await propose(window);
    await propose(other);
    await window.page.bringToFront();
    await window.pending();
    await window.status(/Countersign · \d to review/);
    await window.onRow('Refactor', 'Apply');
    await window.told(/applied #\d+ to 1 file, as approved/);
    await window.unsaved('version.cpp');
    assert.equal(await other.page.locator('.tabs-container .tab.dirty').count(), 0);
    other.assertUntouched();
    await window.onRow('Refactor', 'Discard');
    await window.told(/iscarded #\d+/);
  } finally {
    await other.close();
  }
});

alone('a window that is reloaded in the middle of a run starts anew, without the run', async (window) => {
  const model = await silentModel();
  try {
    await window.set(model.settings);
    await window.edit(file, marker);
    await until(async () => (await window.page.locator('.statusbar-item[aria-label*="ollama"]').count()) > 0, 'the server is not started with the new settings');
    await window.command('Countersign: Explain');
    await window.status(/Countersign · 1 run/);
    const servers = code.servers();
    await window.page.reload({ waitUntil: 'commit' });
    await window.server_is_up();
    await until(() => code.servers().some((number) => !servers.includes(number)), 'no other server was started');
  } finally {
    model.close();
  }
});

scenario('two hundred proposals wait in the side bar', async (window) => {
  await propose(window);
  const folder = join(code.state, 'proposals');
  const [first] = readdirSync(folder).filter((name) => name.endsWith('.json')).sort((a, b) => parseInt(b) - parseInt(a));
  const proposal = JSON.parse(readFileSync(join(folder, first), 'utf8'));
  for (let number = 1000; number < 1199; ++number) {
    writeFileSync(join(folder, `${number}.json`), JSON.stringify({ ...proposal, id: String(number) }), { mode: 0o600 });
  }
  await window.command('Countersign: Restart the Server');
  await window.status(/Countersign · 200 to review/);
  await window.pending();
  await window.row('#1000').waitFor();
  readdirSync(folder).filter((name) => parseInt(name) >= 1000).forEach((name) => rmSync(join(folder, name)));
  await window.command('Countersign: Restart the Server');
  await window.status(/Countersign · 1 to review/);
  await window.onRow('Refactor', 'Discard');
  await window.told(/iscarded #\d+/);
});

const trust = (name) => `security.workspace.trust.${name}`;
alone('in a folder that is not trusted it only explains', async (window) => {
  const environments = code.servers().map((number) => readFileSync(`/proc/${number}/environ`, 'utf8'));
  assert.ok(environments.some((text) => text.includes('COUNTERSIGN_LEVEL=analyze\0')));
  await window.edit(file, marker);
  await window.action('Explain');
  await window.rendered(/change_between/);
  await window.closeTab('Explanation: change_between');
  await window.edit(file, marker);
  const offered = await window.offered('Explain');
  assert.ok(!offered.some((title) => /Refactor|Add tests|Fix|Ask/.test(title)), offered.join(', '));
  await window.command('Countersign: Refactor');
  await window.told(/this folder is not trusted, so it only explains here/);
  await window.status(/^\s*Countersign\s*$/);
}, { settings: { [trust('enabled')]: true, [trust('startupPrompt')]: 'never', [trust('banner')]: 'never' } });

alone('in a folder that is not on disk it says so, and the editor goes on working', async (window) => {
  const servers = code.servers();
  await window.page.locator('.statusbar-item[aria-label*="It works on files of this machine"]', { hasText: 'Countersign' }).waitFor();
  await window.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'version.cpp' }).dblclick();
  await window.shows('change_between');
  for (const what of ['Explain', 'Refactor', 'Ask...', 'Review', 'Undo What Was Applied', 'Status', 'Restart the Server']) {
    await window.command(`Countersign: ${what}`);
    await window.told(/works on files of this machine, and memory: is something else\. Open the folder from disk/);
    await window.command('Notifications: Clear All Notifications');
  }
  await window.type('// typed');
  await window.unsaved('version.cpp');
  await window.press('Control+S');
  await window.tab('version.cpp', ':not(.dirty)').waitFor();
  assert.deepEqual(code.servers(), servers, 'a server was started, and has nothing to work on');
  await window.picture('not-on-disk');
}, { place: 'memory:/project' });

function commandOf(number) {
  try {
    return readFileSync(`/proc/${number}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
