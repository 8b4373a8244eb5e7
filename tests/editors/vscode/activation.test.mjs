// What the extension costs a window's start, as the editor itself counts it (Developer: Show Running Extensions), beside the smallest of the
// editor's own extensions that start at the same moment: the editor counts by the clock, and what others do meanwhile is in both. Prints
// figures and judges none: they depend on the machine. See tests/bench/README.md.
import { test } from 'node:test';
import { CodeServer, PATIENCE, sample } from './workbench.mjs';

const windows = 9;
const names = ['Countersign', 'Merge Conflict'];

async function activationTime(window, name) {
  const row = window.page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: name }).first();
  const time = row.locator('.activation-time');
  await time.filter({ hasText: /\d+ms/ }).waitFor();
  return Number(/(\d+)ms/.exec(await time.innerText())[1]);
}

test('the figures', { timeout: 8 * PATIENCE }, async () => {
  const code = await CodeServer.start();
  const seen = new Map(names.map((name) => [name, []]));
  try {
    for (let number = 0; number < windows; ++number) {
      const window = await code.open(sample);
      await window.page.setViewportSize({ width: 1400, height: 4000 }); // the slowest come first, and only what is in sight is there
      await window.command('Developer: Show Running Extensions');
      for (const name of names) {
        seen.get(name).push(await activationTime(window, name));
      }
      await window.close();
    }
  } finally {
    await code.stop();
  }
  for (const [name, times] of seen) {
    times.sort((a, b) => a - b);
    console.log(`activation of ${name}: median ${times[Math.floor(windows / 2)]} ms of ${times.join(', ')} ms`);
  }
});
