// The whole way in a real Visual Studio Code, on a copy of a sample that builds, in one window: nothing may change on disk, even for a
// moment, before the person saves.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentModel } from './models.mjs';
import { CodeServer, PATIENCE, sample, until } from './workbench.mjs';

const file = 'src/version.cpp';
const marker = 'change_between';
const nested = 'if (left != right) {';
const flat = 'if (left == right) {';
const needless = '} else {\n            return names[i];';

let code;
let window;
before(async () => {
  code = await CodeServer.start();
  window = await code.open(sample);
}, { timeout: 2 * PATIENCE });
after(async () => {
  await window?.close();
  await code?.stop();
});

let failed = '';

function step(name, act) {
  test(name, { timeout: 8 * PATIENCE }, async () => {
    assert.equal(failed, '', 'an earlier step failed');
    failed = name;
    try {
      await act();
      window.assertUntouched();
      failed = '';
    } catch (error) {
      await window.picture(`failed-${name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
      throw error;
    }
  });
}

step('an explanation is shown beside the code, rendered', async () => {
  await window.edit(file, marker);
  await window.command('Countersign: Explain');
  await window.rendered(/change_between/);
  await window.picture('explained');
  await window.shows('std::string change_between');
  await window.closeTab('Explanation: change_between');
});

step('a refactoring is proposed, and both texts are seen in a review', async () => {
  await window.edit(file);
  await window.press('Control+A');
  await window.action('Refactor');
  await window.answer(/#1 .*2 changes in 1 file\. Nothing is written until you apply it/, 'Review');
  const [only] = await window.reviewOf(flat);
  assert.deepEqual([only.name, only.status], ['version.cpp/src', '']);
  assert.ok(only.before.includes(nested), only.before);
  assert.ok(only.before.includes(needless) && !only.after.includes(needless), only.after);
  await window.picture('review');
});

step('one change is taken, and the buffer holds it unsaved', async () => {
  await window.pending();
  await window.unfold(file);
  await window.tick('line 33');
  await window.row(file).locator('[aria-checked="false"]').waitFor();
  await window.picture('one-unticked');
  await window.title('Apply');
  await window.told(/applied #1 to 1 file, as approved/);
  await window.edit(file, flat);
  await window.shows(flat);
  await window.shows('} else {');
  await window.unsaved('version.cpp');
});

step('the other one is refused', async () => {
  await window.onRow('#1', 'Discard');
  await window.told(/iscarded #1/);
  await window.edit(file, flat);
  await window.shows(needless.split('\n')[1].trim());
});

step('what was applied is taken back by a proposal of its own, which is seen and applied like any other', async () => {
  await window.command('Countersign: Undo What Was Applied');
  await window.answer(/#2 Undo #1.*1 change in 1 file\. Nothing is written until you apply it/, 'Review');
  const [only] = await window.reviewOf(nested);
  assert.ok(only.before.includes(flat), only.before);
  await window.edit(file, marker);
  await window.shows(flat);
  await window.onRow('#2', 'Apply');
  await window.told(/applied #2 to 1 file, as approved/);
  await window.edit(file, nested);
  await window.shows(nested);
  await window.unsaved('version.cpp');
});

step('and that is taken back by the editor', async () => {
  await window.press('Control+Z');
  await window.shows(flat);
});

step('tests are proposed, one file of them refused, one applied as an unsaved document', async () => {
  await window.edit(file, marker);
  await window.action('Add tests');
  await window.answer(/#3 .*in 2 files\. Nothing is written until you apply it/, 'Review');
  await window.reviewOf('TEST(Version, change_between');
  await window.picture('tests-review');
  await window.onRow('CMakeLists.txt', 'Discard');
  await window.told(/iscarded .*#3/);
  await window.onRow('#3', 'Apply');
  await window.told(/applied #3 to 1 file, as approved/);
  await window.unsaved('version_test.cpp');
  assert.ok(!existsSync(join(window.folder, 'tests/version_test.cpp')));
});

step('a proposal is discarded where it is announced', async () => {
  await window.edit(file);
  await window.press('Control+A');
  await window.action('Refactor');
  await window.answer(/#4 /, 'Discard');
  await window.told(/iscarded #4/);
  await window.shows('} else {');
});

step('what was applied is taken back by the editor', async () => {
  await window.edit(file);
  await window.press('Control+Z');
  await window.tab('version.cpp', ':not(.dirty)').waitFor();
  await window.shows(nested);
  await window.press('Control+Shift+Z');
  await window.unsaved('version.cpp');
});

step('what the person saves, and nothing else, is on disk', async () => {
  await window.edit(file);
  await window.save(file);
  assert.equal(window.onDisk(file), sample[file].replace(/^ {8}if \(left != right\) \{[^]*?^ {8}\}$/m, [
    '        if (left == right) {', '            continue;', '        }', '        if (left < right) {', '            return -1;', '        }', '        return 1;',
  ].join('\n')));
});

step('a run at work is shown, and stopped in the middle', async () => {
  const model = await silentModel();
  try {
    await window.set(model.settings);
    await window.status(/Countersign/);
    await window.edit(file, marker);
    await until(async () => (await window.page.locator('.statusbar-item[aria-label*="ollama"]').count()) > 0, 'the server is not started with the new settings');
    await window.command('Countersign: Explain');
    await window.status(/Countersign · 1 run/);
    await window.picture('at-work');
    await window.command('Countersign: Cancel What Runs');
    await window.told(/cancelled; nothing is proposed/);
    await window.server_is_up();
  } finally {
    model.close();
    await window.set({});
  }
});
