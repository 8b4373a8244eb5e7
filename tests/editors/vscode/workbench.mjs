// A code-server of its own and a browser on it, driven as a person would: by keys, menus and what stands on the page. All waiting is for
// something on the page; PATIENCE only bounds it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/// Settings with which every run waits for an answer that never comes: connections are taken, and nothing is said.
export async function silentModel() {
  const server = createServer(() => undefined);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    settings: { 'countersign.provider': 'ollama', 'countersign.model': 'silent', 'countersign.base_url': `http://127.0.0.1:${port}` },
    close: () => server.close(),
  };
}

/// A model that says the same to everybody and calls no tool, spoken to as OpenAI's. `requests` has the headers of each request.
export async function talkingModel(said) {
  const requests = [];
  const server = createHttpServer((request, response) => {
    requests.push(request.headers);
    request.resume();
    const chunk = (fields) => response.write(`data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', ...fields })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: said }, finish_reason: null }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    chunk({ choices: [], usage: { prompt_tokens: 40000, completion_tokens: 1000, total_tokens: 41000 } });
    response.end('data: [DONE]\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    settings: { 'countersign.provider': 'openai', 'countersign.model': 'gpt-5-mini', 'countersign.base_url': `http://127.0.0.1:${port}/v1` },
    requests,
    close: () => server.close(),
  };
}

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

/// One code-server with one browser: what is installed and kept belongs to it, folders to the tests.
export class CodeServer {
  static async start({ extension = vsix, more = {}, args = ['--disable-workspace-trust'] } = {}) {
    const self = new CodeServer();
    self.root = mkdtempSync(join(tmpdir(), 'countersign-vscode-'));
    self.state = join(self.root, 'state', 'countersign');
    for (const name of ['user/User', 'user/Machine', 'extensions', 'state', 'config', 'home']) {
      mkdirSync(join(self.root, name), { recursive: true });
    }
    self.set(more);
    self.environment = {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: join(self.root, 'home'),
      XDG_STATE_HOME: join(self.root, 'state'),
      XDG_CONFIG_HOME: join(self.root, 'config'),
      COUNTERSIGN_TRACE: join(self.root, 'trace.jsonl'),
    };
    const folders = ['--user-data-dir', join(self.root, 'user'), '--extensions-dir', join(self.root, 'extensions')];
    const installed = spawnSync(process.execPath, [entry, ...folders, '--install-extension', extension], { env: self.environment, encoding: 'utf8' });
    if (installed.status !== 0) {
      throw new Error(`${extension} could not be installed: ${installed.stdout}${installed.stderr}`);
    }
    const common = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check', ...args];
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
    self.browser = await browsers.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
    return self;
  }

  /// The user's settings from now on: those of every test, and these.
  set(more) {
    for (const name of ['user/User', 'user/Machine']) {
      writeFileSync(join(this.root, name, 'settings.json'), JSON.stringify({ ...settings, ...more }));
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

  /// A window on a new folder that holds `files`, {path: text}; or beside it, as one that has no folder open.
  async open(files, { name = 'project', isOpened = true } = {}) {
    const folder = join(mkdtempSync(join(this.root, 'w-')), name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return Window.open(this, folder, isOpened);
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
  static async open(server, folder, isOpened = true) {
    const self = new Window();
    Object.assign(self, { server, folder, isOpened, events: [] });
    self.before = fingerprint(folder);
    self.watcher = watch(folder, { recursive: true }, (event, name) => self.events.push(`${event} ${name}`));
    self.context = await server.browser.newContext({ viewport: { width: 1400, height: 860 } });
    self.page = await self.context.newPage();
    self.page.setDefaultTimeout(PATIENCE);
    await self.page.goto(`${server.address}/?${isOpened ? `folder=${encodeURI(folder)}` : 'ew=true'}`, { waitUntil: 'commit' });
    await self.page.locator('.monaco-workbench .statusbar').waitFor();
    // The extension introduces itself once, in each new browser.
    await self.page.getByText('Get Started with Countersign').first().waitFor();
    await self.server_is_up();
    await self.picture('welcome');
    await self.command('View: Close All Editors');
    await self.tab('Welcome').waitFor({ state: 'detached' });
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

  async close() {
    this.watcher?.close();
    await this.context.close();
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
    await input.fill(`${this.isOpened ? path : join(this.folder, path)}:${lines.length}:${lines.at(-1).length + 1}`);
    const name = path.split('/').at(-1);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: new RegExp(`^\\s*${name}`) }).first().click();
    await this.tab(name, '.active').waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
    await this.server_is_up();
  }

  async server_is_up() {
    await this.page.locator('.statusbar-item', { hasText: /^\s*Countersign( ·.*)?$/ }).first().waitFor();
  }

  tab(name, state = '') {
    return this.page.locator(`.tabs-container .tab${state}[aria-label^="${name}"]`).first();
  }

  async closeTab(name) {
    await this.tab(name).locator('.tab-actions a').click();
    await this.tab(name).waitFor({ state: 'detached' });
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

  /// Both texts of every file in the multi-file diff that is open, [{name, before, after}].
  async review() {
    await this.page.locator('.multiDiffEntry').first().waitFor();
    const entries = await this.page.locator('.multiDiffEntry:visible').all();
    const files = [];
    for (const each of entries) {
      const name = (await each.locator('.file-path').first().innerText()).trim();
      const side = (which) => this.text(each.locator(`.editor.${which}`)).catch(() => '');
      files.push({ name, before: await side('original'), after: await side('modified') });
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
      await this.row(text).hover();
      return this.row(text).locator(`.actions [aria-label^="${button}"]`).first().click({ timeout: 1000 }).then(() => true, () => false);
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
