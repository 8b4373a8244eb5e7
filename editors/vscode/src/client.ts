// The connection to one server process. Bundled apart and loaded when the first server is started, since the library behind it is most of
// what the extension has to load: the editor need not wait for it.
import type * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions, type Middleware, type ServerOptions } from 'vscode-languageclient/node';
import type { Pending } from './pending';

export type { LanguageClient };

export interface Connection {
  program: string;
  environment: NodeJS.ProcessEnv;
  folder: string; // the process's working directory
  log: vscode.LogOutputChannel;
  middleware: Middleware;
  uriConverters: NonNullable<LanguageClientOptions['uriConverters']>;
  closed: () => void;
  pending: (pending: Pending) => void;
}

/// What fails is told by the server's life (server.ts), once and with what to do; the library's own messages go to the log alone. They
/// would also hide ours, since the editor shows no more than two messages that come together.
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export function newClient(connection: Connection): LanguageClient {
  const run = { command: connection.program, args: ['lsp'], options: { env: connection.environment, cwd: connection.folder } };
  const options: LanguageClientOptions = {
    // A pattern keeps out untitled documents that are no file to be.
    documentSelector: [{ scheme: 'file' }, { scheme: 'untitled', pattern: '/**' }],
    outputChannel: connection.log,
    middleware: connection.middleware,
    uriConverters: connection.uriConverters,
    connectionOptions: { maxRestartCount: 0 },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        connection.closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
  };
  const client = new QuietClient('countersign', 'Countersign', run satisfies ServerOptions, options);
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...capabilities.experimental, countersign: { proposals: true, unsavedFiles: true } };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  });
  client.onNotification('countersign/proposals', connection.pending);
  return client;
}
