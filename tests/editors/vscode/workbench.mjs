// A code-server of its own and a browser on it, driven as a person would: by keys, menus and what stands on the page. All waiting is for
// something on the page; PATIENCE only bounds it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { putExtension } from './others.mjs';

const { COUNTERSIGN_EDITORS: cache, COUNTERSIGN_CHROMIUM: chromium, COUNTERSIGN_VSIX: vsix, COUNTERSIGN_OUT: out } = process.env;
const { chromium: browsers } = createRequire(join(cache, 'playwright', 'package.json'))('playwright-core');
const entry = join(cache, 'code-server/node_modules/code-server/out/node/entry.js');

export const PATIENCE = Number(process.env.COUNTERSIGN_TEST_PATIENCE ?? 90) * 1000;

const sampleFolder = join(dirname(fileURLToPath(import.meta.url)), '../../samples/cpp-gtest');

/// A project that builds, {path: text}.
export const sample = Object.fromEntries(
  readdirSync(sampleFolder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .map((path) => [relative(sampleFolder, path), readFileSync(path, 'utf8')]),
);

/// The user's settings of every test; the editor is to behave as the desktop build does.
const settings = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.editor.enablePreview': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
};

/// One code-server with one browser: what is installed and kept belongs to it, folders to the tests. `others` are extensions (others.mjs)
/// beside ours or, where `isOurs` is false, instead of it.
export class CodeServer {
  static async start({ isOurs = true, others = [] } = {}) {
    const self = new CodeServer();
    Object.assign(self, { isOurs, isIntroduced: false });
    self.root = mkdtempSync(join(tmpdir(), 'countersign-vscode-'));
    self.state = join(self.root, 'state', 'countersign');
    for (const name of ['user/User', 'user/Machine', 'extensions', 'state', 'config', 'home']) {
      mkdirSync(join(self.root, name), { recursive: true });
    }
    self.set({});
    self.environment = {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: join(self.root, 'home'),
      XDG_STATE_HOME: join(self.root, 'state'),
      XDG_CONFIG_HOME: join(self.root, 'config'),
      COUNTERSIGN_TRACE: join(self.root, 'trace.jsonl'),
    };
    const folders = ['--user-data-dir', join(self.root, 'user'), '--extensions-dir', join(self.root, 'extensions')];
    others.forEach((each) => putExtension(join(self.root, 'extensions'), each));
    if (isOurs) {
      const installed = spawnSync(process.execPath, [entry, ...folders, '--install-extension', vsix], { env: self.environment, encoding: 'utf8' });
      if (installed.status !== 0) {
        throw new Error(`${vsix} could not be installed: ${installed.stdout}${installed.stderr}`);
      }
    }
    const common = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check'];
    self.process = spawn(process.execPath, [entry, ...common, ...folders], { env: self.environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    self.said = '';
    self.address = await new Promise((resolve, reject) => {
      const listen = (bytes) => {
        self.said += bytes;
        const found = /HTTP server listening on (http:\S+?)\/?\s/.exec(self.said);
        if (found) resolve(found[1]);
      };
      self.process.stdout.on('data', listen);
      self.process.stderr.on('data', listen);
      self.process.on('exit', (status) => reject(new Error(`code-server ended with ${status}: ${self.said}`)));
    });
    // One profile for all windows, as a person has it: what the workbench is made of is fetched and compiled once.
    self.browser = await browsers.launchPersistentContext(join(self.root, 'browser'), {
      executablePath: chromium,
      args: ['--no-sandbox', '--disable-gpu'],
      viewport: { width: 1400, height: 860 },
    });
    return self;
  }

  /// The user's settings from now on: those of every test, and these.
  set(more) {
    const number = (this.written = (this.written ?? 0) + 1);
    this.settings = `settings ${number}`;
    const title = number === 1 ? {} : { 'window.title': this.settings }; // tells who has read them; the first are what pictures are taken with
    for (const name of ['user/User', 'user/Machine']) {
      writeFileSync(join(this.root, name, 'settings.json'), JSON.stringify({ ...settings, ...title, ...more }));
    }
  }

  /// The servers that run: numbers of processes.
  servers() {
    return readdirSync('/proc').filter((number) => {
      try {
        return /^\d+$/.test(number) && readFileSync(`/proc/${number}/cmdline`, 'utf8').endsWith('/server/countersign\0lsp\0')
          && readFileSync(`/proc/${number}/environ`, 'utf8').includes(this.root);
      } catch {
        return false; // it ended
      }
    }).map(Number);
  }

  /// A window on a new folder that holds `files`, {path: text}; or, beside it, one that has `place` open: nothing (''), or what a URI names.
  async open(files, { name = 'project', place } = {}) {
    const folder = join(mkdtempSync(join(this.root, 'w-')), name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return Window.open(this, folder, place);
  }

  async stop() {
    await this.browser?.close();
    try {
      process.kill(-this.process.pid, 'SIGTERM');
    } catch {
      // it has ended
    }
    await new Promise((resolve) => (this.process.exitCode === null && this.process.signalCode === null ? this.process.once('exit', resolve) : resolve()));
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  /// Messages of one method that crossed the wire, {from, message}.
  wire(method) {
    const lines = readFileSync(this.environment.COUNTERSIGN_TRACE, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).filter((each) => each.message.method === method);
  }
}

export class Window {
  static async open(server, folder, place = folder) {
    const self = new Window();
    Object.assign(self, { server, folder, place, events: [] });
    self.before = fingerprint(folder);
    self.watcher = watch(folder, { recursive: true }, (event, name) => self.events.push(`${event} ${name}`));
    self.page = await server.browser.newPage();
    self.page.setDefaultTimeout(PATIENCE);
    await self.page.goto(`${server.address}/?${place === '' ? 'ew=true' : `folder=${encodeURI(place)}`}`, { waitUntil: 'commit' });
    await self.page.locator('.monaco-workbench .statusbar').waitFor();
    const isIntroduced = server.isIntroduced || !server.isOurs;
    if (!isIntroduced) {
      await self.page.getByText('Get Started with Countersign').first().waitFor();
    }
    if (place === folder || place === '') {
      await self.server_is_up();
    }
    if (!isIntroduced) {
      server.isIntroduced = true; // the extension does it once, in a person's first window
      await self.picture('welcome');
      await self.closeEditors();
    }
    return self;
  }

  /// Another window on the same folder.
  beside() {
    return Window.open(this.server, this.folder);
  }

  /// Fails if anything in the folder changed on disk, even for a moment, but what the person saved.
  assertUntouched() {
    const after = fingerprint(this.folder);
    if (JSON.stringify(after) !== JSON.stringify(this.before) || this.events.length > 0) {
      throw new Error(`the folder changed on disk: ${this.events.join(', ')}`);
    }
  }

  /// The person saves the file in front; nothing else may change.
  async save(path) {
    this.assertUntouched();
    await this.press('Control+S');
    await this.tab(path.split('/').at(-1), ':not(.dirty)').waitFor();
    await until(() => fingerprint(this.folder)[path] !== this.before[path], `${path} was saved, and is not on disk`);
    this.before[path] = fingerprint(this.folder)[path];
    this.events = this.events.filter((event) => !event.endsWith(` ${path}`));
    this.assertUntouched();
  }

  onDisk(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /// The user's settings from now on, as this window knows them. One that has just been opened does not look at the file yet, so it is
  /// written again if nobody reads it.
  async set(more) {
    let tries = 0;
    await until(async () => {
      if (tries++ % 30 === 0) {
        this.server.set(more);
      }
      return (await this.page.title()) === this.server.settings;
    }, 'the window does not read its settings');
  }

  async close() {
    this.watcher?.close();
    await this.page.close();
  }

  async press(...keys) {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /// Runs a command of the palette by its title, as a person would.
  async command(title) {
    await this.press('F1');
    await this.choose(`>${title}`, title);
  }

  /// Types into the quick pick and takes the row that begins with `row`.
  async choose(text, row) {
    const input = this.page.locator('.quick-input-widget:visible input').first();
    await input.fill(text);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: row }).first().waitFor();
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: row }).first().click();
  }

  /// Opens a file of the folder with the cursor on the first place where `marker` stands.
  async edit(path, marker = '') {
    const text = readFileSync(join(this.folder, path), 'utf8');
    const lines = text.slice(0, Math.max(0, text.indexOf(marker))).split('\n');
    await this.press('Control+P');
    const input = this.page.locator('.quick-input-widget:visible input').first();
    await input.fill(`${this.place === this.folder ? path : join(this.folder, path)}:${lines.length}:${lines.at(-1).length + 1}`);
    const name = path.split('/').at(-1);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: new RegExp(`^\\s*${name}`) }).first().click();
    await this.tab(name, '.active').waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
    await this.server_is_up();
  }

  /// Puts the cursor on a line of the file in front, counted from 1.
  async line(number) {
    await this.press('Control+G');
    await this.page.locator('.quick-input-widget:visible input').first().fill(`:${number}`);
    await this.press('Enter');
    await this.page.locator('.statusbar-item', { hasText: `Ln ${number}, Col 1` }).waitFor();
  }

  /// Waits until the server answers, which our extension says by naming who does the work. Another extension says nothing.
  async server_is_up() {
    if (this.server.isOurs) {
      await this.page.locator('.statusbar-item[aria-label*="Provider: "]', { hasText: /^\s*Countersign( ·.*)?$/ }).first().waitFor();
    }
  }

  tab(name, state = '') {
    return this.page.locator(`.tabs-container .tab${state}[aria-label^="${name}"]`).first();
  }

  async closeTab(name) {
    await this.tab(name).locator('.tab-actions a').click();
    await this.tab(name).waitFor({ state: 'detached' });
  }

  /// Closes all tabs, and what is unsaved in them is not saved.
  async closeEditors() {
    await this.command('View: Close All Editors');
    const tabs = this.page.locator('.tabs-container .tab');
    const asked = this.page.locator('.monaco-dialog-box').getByRole('button', { name: "Don't Save" });
    await until(async () => {
      if (await asked.isVisible()) {
        await asked.click();
      }
      return (await tabs.count()) === 0;
    }, 'some tab is still open');
  }

  /// Waits until a tab is marked unsaved.
  async unsaved(name) {
    await this.tab(name, '.dirty').waitFor();
  }

  /// Picks an entry of the light bulb's menu at the cursor.
  async action(title) {
    const menu = this.page.locator('.action-widget');
    const entry = menu.locator('.monaco-list-row').filter({ hasText: title }).first();
    await until(async () => {
      await this.press('Control+.');
      if (await entry.waitFor({ timeout: 5000 }).then(() => true, () => false)) {
        return true;
      }
      if (await menu.isVisible()) {
        await this.press('Escape'); // of the menu; without one it would drop the selection
      }
      return false;
    }, `no code action "${title}"`);
    await entry.click();
  }

  /// What that menu offers, once it has an entry `title`; it is closed then.
  async offered(title) {
    const rows = this.page.locator('.action-widget .monaco-list-row');
    await until(async () => {
      await this.press('Control+.');
      return rows.filter({ hasText: title }).first().waitFor({ timeout: 5000 }).then(() => true, () => false);
    }, `no code action "${title}"`);
    const titles = await rows.allInnerTexts();
    await this.press('Escape');
    return titles;
  }

  /// The notification that matches; its buttons can be clicked by name.
  toast(pattern) {
    return this.page.locator('.notification-toast').filter({ hasText: pattern }).first();
  }

  /// Waits for a message, and closes it.
  async told(pattern) {
    const toast = this.toast(pattern);
    await toast.waitFor();
    const text = await toast.innerText();
    // It may go by itself meanwhile.
    await toast.locator('.codicon-notifications-clear').click({ timeout: 1000, force: true }).catch(() => undefined);
    return text;
  }

  async answer(pattern, button) {
    await this.toast(pattern).waitFor();
    await this.toast(pattern).getByRole('button', { name: button }).click();
  }

  /// A button of the editor's title bar.
  async title(name) {
    await this.page.locator('.editor-group-container.active .editor-actions').getByRole('button', { name, exact: false }).first().click();
  }

  /// What an editor shows, top to bottom. `where` is a locator that holds one code editor.
  async text(where = this.page.locator('.editor-group-container.active .editor-instance')) {
    return where.locator('.view-lines').first().evaluate((lines) =>
      [...lines.querySelectorAll('.view-line')]
        .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
        .map((line) => line.textContent.replaceAll('\u00a0', ' ').replace(/\s+$/, ''))
        .join('\n'),
    );
  }

  /// Waits until the editor shows `wanted`.
  async shows(wanted, where) {
    let seen = '';
    await until(async () => (seen = await this.text(where).catch(() => '')).includes(wanted), () => `the editor does not show ${wanted}, but: ${seen}`);
  }

  /// Both texts of every file in the multi-file diff that is open, [{name, status, before, after}]. The status is the editor's letter for what
  /// became of the file, such as R for one that was renamed.
  async review() {
    await this.page.locator('.multiDiffEntry').first().waitFor();
    const entries = await this.page.locator('.multiDiffEntry:visible').all();
    const files = [];
    for (const each of entries) {
      const name = (await each.locator('.file-path').first().innerText()).trim();
      const side = (which) => this.text(each.locator(`.editor.${which}`)).catch(() => '');
      const status = (await each.locator('.status').first().innerText()).trim();
      files.push({ name, status, before: await side('original'), after: await side('modified') });
    }
    return files;
  }

  /// Waits for a review in which some file's new text holds `wanted`.
  async reviewOf(wanted) {
    let files = [];
    await until(async () => (files = await this.review()).some((file) => file.after.includes(wanted)), () => `no review shows ${wanted}: ${JSON.stringify(files)}`);
    return files;
  }

  /// Opens the side bar's view of what is pending.
  async pending() {
    const view = this.page.locator('.part.sidebar .composite.title', { hasText: 'To Review' });
    if (!(await view.isVisible())) {
      await this.page.locator('.activitybar a.action-label[aria-label^="Countersign"]').click({ force: true }); // its badge lies over it
      await view.waitFor();
    }
  }

  /// A row of that view.
  row(text) {
    return this.page.locator('.part.sidebar .pane-body .monaco-list-row').filter({ hasText: text }).first();
  }

  async unfold(text) {
    const row = this.row(text);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
  }

  async tick(text) {
    await this.row(text).locator('.custom-view-tree-node-item-checkbox').click();
  }

  /// A button beside a row.
  async onRow(text, button) {
    const clicked = async () => {
      const row = this.row(text);
      const hovered = await row.hover({ timeout: 1000 }).then(() => true, () => false);
      return hovered && row.locator(`.actions [aria-label^="${button}"]`).first().click({ timeout: 1000 }).then(() => true, () => false);
    };
    await until(clicked, `there is no ${button} beside ${text}`); // the view may be drawn anew beneath the pointer
  }

  /// Waits until a rendered page, such as a preview of Markdown, says so.
  async rendered(pattern) {
    await until(async () => {
      for (const frame of this.page.frames()) {
        const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
        if (frame !== this.page.mainFrame() && pattern.test(text)) {
          return true;
        }
      }
      return false;
    }, `no page shows ${pattern}`);
  }

  /// Waits until the entry in the status bar says so.
  async status(pattern) {
    await this.page.locator('.statusbar-item', { hasText: pattern }).first().waitFor();
  }

  async picture(name) {
    await this.page.screenshot({ path: join(out, `${name}.png`) });
  }
}

export async function until(done, what) {
  const end = Date.now() + PATIENCE;
  while (!(await done())) {
    if (Date.now() > end) {
      throw new Error(typeof what === 'function' ? what() : what);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function fingerprint(folder) {
  const facts = {};
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(each.parentPath, each.name);
    facts[relative(folder, path)] = each.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
  }
  return facts;
}
