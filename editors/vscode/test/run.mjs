// Bundles the tests and runs them by Node alone: no editor but the little of vscode.ts, no server.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'out', 'test');
const tests = readdirSync(here).filter((name) => name.endsWith('.test.ts'));
buildSync({ entryPoints: tests.map((name) => join(here, name)), bundle: true, platform: 'node', format: 'cjs', outdir: out, logLevel: 'error', alias: { vscode: join(here, 'vscode.ts') }, external: ['./client'] });
const files = tests.map((name) => join(out, name.replace(/ts$/, 'js')));
process.exit(spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1);
