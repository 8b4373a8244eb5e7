// Visual Studio Code without our extension: one of a few lines, as anybody would write it on vscode-languageclient, starts the server. What is
// proposed is read, decided on and applied in the review document, and nothing may change on disk.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generic } from './others.mjs';
import { CodeServer, PATIENCE, sample } from './workbench.mjs';

const file = 'src/version.cpp';
const nested = 'if (left != right) {';
const flat = 'if (left == right) {';
const needless = '} else {'; // the discarded change would have taken it away

let code;
let window;
before(async () => {
  code = await CodeServer.start({ isOurs: false, others: [generic(process.env.COUNTERSIGN)] });
  window = await code.open(sample);
}, { timeout: 2 * PATIENCE });
after(async () => {
  await window?.close();
  await code?.stop();
});

test('a refactoring is read, thinned out and applied in the review document', { timeout: 8 * PATIENCE }, async () => {
  try {
    await window.edit(file);
    await window.press('Control+A');
    await window.action('Refactor');
    await window.told(/2 changes in 1 file proposed as #1\. Nothing is written until you apply it/);
    await window.tab('1.1.diff').click();
    await window.shows(`-        ${nested}`);
    await window.picture('generic-review');
    const diff = readFileSync(join(code.state, 'proposals', '1.1.diff'), 'utf8').split('\n');
    await window.line(1 + diff.findIndex((line) => line.endsWith('@@ hunk 1.2')));
    await window.shows(`+        ${flat}`);
    await window.action('Discard this hunk');
    await window.tab('1.2.diff').click();
    await window.action('Apply all of #1');
    await window.told(/applied #1 to 1 file, as approved/);
    await window.edit(file, flat);
    await window.shows(flat);
    await window.shows(needless);
    await window.unsaved('version.cpp');
    window.assertUntouched();
  } catch (error) {
    await window.picture('failed-generic').catch(() => undefined);
    throw error;
  }
});
