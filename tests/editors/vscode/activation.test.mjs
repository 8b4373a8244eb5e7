// What the extension costs a window's start, as the editor itself counts it (Developer: Show Running Extensions). Prints figures and judges
// none: they depend on the machine. See tests/bench/README.md.
import { test } from 'node:test';
import { CodeServer, PATIENCE, sample } from './workbench.mjs';

const windows = 7;

test('the figures', { timeout: 8 * PATIENCE }, async () => {
  const code = await CodeServer.start();
  const seen = [];
  try {
    for (let number = 0; number < windows; ++number) {
      const window = await code.open(sample);
      await window.page.setViewportSize({ width: 1400, height: 4000 }); // the slowest come first, and only what is in sight is there
      await window.command('Developer: Show Running Extensions');
      const row = window.page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: 'Countersign' }).first();
      const time = row.locator('.activation-time');
      await time.filter({ hasText: /\d+ms/ }).waitFor();
      seen.push(Number(/(\d+)ms/.exec(await time.innerText())[1]));
      await window.close();
    }
  } finally {
    await code.stop();
  }
  seen.sort((a, b) => a - b);
  console.log(`activation of the extension: median ${seen[Math.floor(windows / 2)]} ms of ${seen.join(', ')} ms`);
});
