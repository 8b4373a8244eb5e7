// The server's life: started with what the person has set, started again when it ends by itself, and told to the person when
// it cannot be. Proposals are the server's, on disk; nothing is lost here.
import * as vscode from './vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { existsSync } from 'node:fs';
import { Backoff } from './backoff';
import type * as ClientModule from './client';
import { cannotStart, ofAnotherAge, serverEnvironment, serverProgram, serverSettings } from './launch';
import { uriConverters } from './newFiles';
import { nothingPending, type Pending } from './pending';
import { whyNotStarted } from './places';
import type { Health } from './statusLine';

export class Server implements vscode.Disposable {
  health: Health = 'idle';
  pending: Pending = nothingPending;
  /// Whether it says what is pending; one of another version may not.
  tellsPending = false;

  private client: ClientModule.LanguageClient | undefined;
  private readonly backoff = new Backoff();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private starting: Promise<boolean> | undefined;
  private startedWith = '';
  private generation = 0;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly middleware: Middleware,
    readonly log: vscode.LogOutputChannel,
  ) {}

  /// Why none is started for what is about no file in particular; undefined if one runs, or has something to do here.
  whyIdle(): string | undefined {
    if (this.health === 'running' || this.health === 'starting') {
      return undefined;
    }
    const { workspaceFolders, textDocuments } = vscode.workspace;
    return whyNotStarted((workspaceFolders ?? []).map((folder) => folder.uri), textDocuments.map((document) => document.uri));
  }

  /// True once it answers. Waits for a start that is under way.
  start(): Promise<boolean> {
    if (this.health === 'running') {
      return Promise.resolve(true);
    }
    if (this.starting === undefined) {
      const starting = this.startOnce(++this.generation).finally(() => {
        if (this.starting === starting) {
          this.starting = undefined;
        }
      });
      this.starting = starting;
    }
    return this.starting;
  }

  /// Whatever whyIdle() says, which is for the caller to ask.
  async restart(): Promise<boolean> {
    this.backoff.reset();
    this.note('starting');
    await this.stop();
    return this.start();
  }

  /// As restart(), if what a server would be started with is no longer what this one was.
  async restartIfSetOtherwise(): Promise<void> {
    if (this.whyIdle() === undefined && described(this.program(), await this.environment()) !== this.startedWith) {
      await this.restart();
    }
  }

  async stop(): Promise<void> {
    this.generation++;
    const { client, starting } = this;
    this.client = undefined;
    this.starting = undefined;
    if (starting === undefined) {
      await client?.dispose(2000).catch(() => undefined);
    } else {
      // A client that starts cannot be disposed of; its start sees afterwards that it is not wanted any more.
      await Promise.race([starting, new Promise((resolve) => setTimeout(resolve, 3000))]);
    }
  }

  /// Undefined if the server is not there; the person has been told then.
  async send(command: string, argument: unknown): Promise<unknown> {
    if (!(await this.start()) || this.client === undefined) {
      return undefined;
    }
    const { capabilities, serverInfo } = this.client.initializeResult ?? {};
    if (capabilities?.executeCommandProvider?.commands.includes(command) !== true) {
      await vscode.window.showErrorMessage(ofAnotherAge(command, serverInfo?.version));
      return undefined;
    }
    return this.client.sendRequest('workspace/executeCommand', { command, arguments: [argument] });
  }

  uriOf(document: vscode.TextDocument): string {
    return uriConverters.code2Protocol(document.uri);
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  private program(): string {
    const setting = vscode.workspace.getConfiguration('countersign').get<string>('serverPath', '');
    return serverProgram(setting, this.context.asAbsolutePath('server/countersign'), existsSync);
  }

  private async startOnce(generation: number): Promise<boolean> {
    const program = this.program();
    this.note('starting');
    for (;;) {
      const environment = await this.environment();
      this.startedWith = described(program, environment);
      let failed!: (reason: Error) => void;
      // The library leaves start() waiting for ever if the process ends before it is connected.
      const ended = new Promise<never>((_, reject) => (failed = reject));
      const client = this.newClient(program, environment, () => {
        failed(new Error('it ended before it answered'));
        void this.ended(program, generation);
      });
      this.client = client;
      let reason: string;
      try {
        await Promise.race([client.start(), ended]);
        if (generation !== this.generation) {
          await client.dispose(2000).catch(() => undefined);
          return false;
        }
        this.tellsPending = client.initializeResult?.capabilities.experimental?.countersign?.proposals === true;
        this.note('running');
        return true;
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        this.log.error(`${program} did not start: ${reason}`);
      }
      await client.dispose(500).catch(() => undefined);
      const wait = /ENOENT|EACCES|not found/i.test(reason) ? undefined : this.backoff.ended(Date.now());
      if (generation !== this.generation) {
        return false;
      }
      if (wait === undefined) {
        this.gaveUp(program, reason);
        return false;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (generation !== this.generation) {
        return false;
      }
    }
  }

  private async environment(): Promise<NodeJS.ProcessEnv> {
    const set = vscode.workspace.getConfiguration().inspect<Record<string, unknown>>('countersign')?.globalValue ?? {};
    const known = serverSettings(this.context.extension.packageJSON.contributes.configuration.properties);
    const settings = Object.fromEntries(known.filter((name) => set[name] !== undefined).map((name) => [name, set[name]]));
    const key = await this.context.secrets.get('countersign.apiKey');
    return serverEnvironment(process.env, { settings, key, trusted: vscode.workspace.isTrusted });
  }

  private newClient(program: string, env: NodeJS.ProcessEnv, closed: () => void): ClientModule.LanguageClient {
    // Not at the top: see there.
    const { newClient } = require('./client') as typeof ClientModule;
    return newClient({
      program,
      environment: env,
      folder: this.context.extensionPath,
      log: this.log,
      middleware: this.middleware,
      uriConverters,
      closed,
      pending: (pending) => {
        this.pending = pending;
        this.changed.fire();
      },
    });
  }

  /// The server ended without being told to, after it had answered. (Before that, startOnce() sees it.)
  private async ended(program: string, generation: number): Promise<void> {
    if (generation !== this.generation || this.health !== 'running') {
      return;
    }
    const client = this.client;
    this.client = undefined;
    this.note('starting');
    const wait = this.backoff.ended(Date.now());
    this.log.error(`${program} ended by itself; ${wait === undefined ? 'it is not started again' : `next start in ${wait} ms`}`);
    await client?.dispose(500).catch(() => undefined);
    if (wait === undefined) {
      return this.gaveUp(program, 'it ended by itself several times');
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (generation === this.generation) {
      await this.start();
    }
  }

  private gaveUp(program: string, reason: string): void {
    this.note('stopped');
    void vscode.window.showErrorMessage(cannotStart(program, reason), 'Restart', 'Settings', 'Log').then(async (picked) => {
      if (picked === 'Restart') {
        await this.restart();
      } else if (picked === 'Settings') {
        await vscode.commands.executeCommand('workbench.action.openSettings', 'countersign.serverPath');
      } else if (picked === 'Log') {
        this.log.show();
      }
    });
  }

  private note(health: Health): void {
    this.health = health;
    if (health !== 'running') {
      this.pending = { ...this.pending, running: [] };
    }
    this.changed.fire();
  }
}

function described(program: string, environment: NodeJS.ProcessEnv): string {
  return JSON.stringify([program, environment]);
}
