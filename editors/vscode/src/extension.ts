// Starts the server and draws what it says. Nothing here decides anything: what is offered, what is proposed and whether an edit
// may leave is decided in the server, the same for every editor.
import * as vscode from './vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { registerCommands } from './commands';
import { pass } from './decisions';
import { showExplanation } from './explanation';
import { applyEdit } from './newFiles';
import { arrived, changesOf, titleOf, whatIsShown, type Proposal } from './pending';
import { restrictedCommands } from './places';
import { Review } from './review';
import { Server } from './server';
import { Status } from './status';
import { ProposalTree } from './tree';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Countersign', { log: true });
  const tree = new ProposalTree();
  const review = new Review();
  const status = new Status();
  const server: Server = new Server(context, middleware(context, () => server, review), log);
  const view = vscode.window.createTreeView('countersign.pending', { treeDataProvider: tree, showCollapseAll: true, manageCheckboxStateManually: true });

  let announced = server.pending;
  let isFresh = true; // what a server that has just started says was there before
  const draw = () => {
    if (server.pending !== announced) {
      tree.show(server.pending);
      review.show(server.pending);
      view.badge = { value: server.pending.proposals.length, tooltip: `${server.pending.proposals.length} to review` };
      if (!isFresh) {
        arrived(announced, server.pending).forEach((proposal) => void announce(proposal));
      }
      isFresh = isFresh && server.pending.running.length === 0;
      announced = server.pending;
    }
    status.show(server.health, server.pending, vscode.workspace.isTrusted);
  };
  context.subscriptions.push(
    log,
    review,
    status,
    view,
    server,
    server.onDidChange(draw),
    view.onDidChangeCheckboxState((event) => tree.tick(event.items)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void (server.whyIdle() === undefined && server.restart())),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('countersign')) {
        void restartWhenIdle(server);
      }
    }),
    context.secrets.onDidChange((event) => {
      if (event.key === 'countersign.apiKey') {
        void restartWhenIdle(server);
      }
    }),
  );
  registerCommands({ context, server, tree, review });
  draw();
  if (server.whyIdle() === undefined) {
    setImmediate(() => void server.start()); // the editor counts, and waits for, what is done before
  }
  void firstStart(context);

  async function announce(proposal: Proposal): Promise<void> {
    const look = 'Review';
    const discard = 'Discard';
    const said = `#${proposal.proposal} ${titleOf(proposal)}: ${changesOf(proposal)}. Nothing is written until you apply it. ${proposal.note ?? ''}`.trim();
    const picked = await vscode.window.showInformationMessage(said, look, discard);
    if (picked === look) {
      await vscode.commands.executeCommand('countersign.reviewProposal', { proposal });
    } else if (picked === discard) {
      await vscode.commands.executeCommand('countersign.discardProposal', { kind: 'proposal', proposal });
    }
  }
}

function middleware(context: vscode.ExtensionContext, server: () => Server, review: Review): Middleware {
  return {
    executeCommand: (command, args, next) => pass(context.globalState, command, args[0], (argument) => next(command, argument === undefined ? [] : [argument])),
    provideCodeActions: async (document, range, where, token, next) => {
      const actions = await next(document, range, where, token);
      if (vscode.workspace.isTrusted) {
        return actions;
      }
      return actions?.filter((action) => {
        const command = typeof action.command === 'string' ? action.command : action.command?.command;
        return command !== undefined && restrictedCommands.includes(command);
      });
    },
    window: {
      showDocument: async (params, token, next) => {
        const shown = whatIsShown(server().pending, params.uri);
        if ('review' in shown) {
          await review.open(shown.review);
          return { success: true };
        }
        if ('explanation' in shown) {
          await showExplanation(vscode.Uri.parse(params.uri));
          return { success: true };
        }
        return next(params, token);
      },
    },
    workspace: {
      handleApplyEdit: applyEdit,
      // Settings went to the server by environment; a default of ours must not outweigh the person's config.toml.
      configuration: (params) => params.items.map(() => null),
    },
  };
}

/// What is being worked out is not thrown away for a setting.
function restartWhenIdle(server: Server): void {
  if (server.pending.running.length === 0) {
    void server.restartIfSetOtherwise();
    return;
  }
  const waiting = server.onDidChange(() => {
    if (server.pending.running.length === 0) {
      waiting.dispose();
      void server.restartIfSetOtherwise();
    }
  });
}

async function firstStart(context: vscode.ExtensionContext): Promise<void> {
  const known = 'countersign.started';
  if (context.globalState.get<boolean>(known) === true) {
    return;
  }
  await context.globalState.update(known, true);
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false);
}
