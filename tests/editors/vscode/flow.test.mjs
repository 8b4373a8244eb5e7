// The whole way in a real Visual Studio Code. Each scenario has a folder of its own; after each, nothing in it may have changed on disk.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CodeServer, PATIENCE } from './workbench.mjs';

const sample = join(dirname(fileURLToPath(import.meta.url)), '../../samples/cpp-gtest');
const project = Object.fromEntries(
  readdirSync(sample, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => [join(each.parentPath, each.name).slice(sample.length + 1), readFileSync(join(each.parentPath, each.name), 'utf8')]),
);
const file = 'src/version.cpp';
const marker = 'change_between';

let code;
before(async () => (code = await CodeServer.start()), { timeout: 2 * PATIENCE });
after(() => code?.stop());

function scenario(name, act, { files = project } = {}) {
  test(name, { timeout: 8 * PATIENCE }, async () => {
    const window = await code.open(files);
    try {
      await act(window);
      window.assertUntouched();
    } catch (error) {
      await window.picture(`failed-${name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
      throw error;
    } finally {
      await window.close();
    }
  });
}

scenario('an explanation is shown beside the code, rendered', async (window) => {
  await window.edit(file, marker);
  await window.command('Countersign: Explain');
  const heading = window.page.frameLocator('iframe.webview').frameLocator('iframe').locator('h1, h2, h3').first();
  await heading.waitFor();
  await window.shows('change_between');
});

scenario('a refactoring is reviewed, applied, left unsaved and undone', async (window) => {
  await window.edit(file, marker);
  await window.action('Refactor `change_between`');
  await window.answer(/Nothing is written until you apply it/, 'Review');
  const [only] = await window.reviewOf('return names[i]');
  assert.match(only.before, /\} else \{/);
  assert.doesNotMatch(only.after, /continue;\s*\} else \{/);
  await window.shows('} else {', window.page.locator('.multiDiffEntry .editor.original'));
  await window.title('Apply');
  await window.told(/applied #\d+ to 1 file, as approved/);
  await window.unsaved('version.cpp');
  await window.edit(file, marker);
  await window.press('Control+Z');
  await window.page.locator('.tabs-container .tab:not(.dirty)').filter({ hasText: 'version.cpp' }).waitFor();
});
