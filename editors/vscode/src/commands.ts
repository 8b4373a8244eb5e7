// The commands of the palette, the title bars and the tree. Each works out what it is about and sends one of the server's commands.
import * as vscode from './vscode';
import type { Node } from './tree';
import { hunksBeneath, type ProposalTree } from './tree';
import { pass } from './decisions';
import { changesOf, find, titleOf, type Proposal } from './pending';
import { whyNot } from './places';
import type { Review } from './review';
import type { Server } from './server';
import type { Pick } from './ticks';

export interface Parts {
  context: vscode.ExtensionContext;
  server: Server;
  tree: ProposalTree;
  review: Review;
}

export function registerCommands(parts: Parts): void {
  const { context, server, tree, review } = parts;
  const send = (command: string, argument: object | undefined) =>
    pass(context.globalState, command, argument as Record<string, unknown> | undefined, (passed) => server.send(command, passed ?? {}));
  const here = (command: string) => async () => {
    const editor = vscode.window.activeTextEditor;
    const problem = whyNot(editor?.document.uri);
    if (editor === undefined || problem !== undefined) {
      await vscode.window.showWarningMessage(problem ?? '');
      return undefined;
    }
    const { start, end } = editor.selection;
    return send(command, { uri: server.uriOf(editor.document), range: { start: { ...plain(start) }, end: { ...plain(end) } } });
  };
  // What is about no file in particular starts no server where none has anything to do.
  const anywhere = (act: (node?: Node) => unknown) => (node?: Node) => {
    const problem = server.whyIdle();
    return problem === undefined ? act(node) : vscode.window.showWarningMessage(problem);
  };
  const onProposal = (act: (proposal: Proposal, node: Node | undefined) => unknown) => anywhere(async (node) => {
    const proposal = node?.proposal ?? review.active() ?? (await choose(parts));
    return proposal === undefined ? undefined : act(proposal, node?.kind === undefined ? undefined : node);
  });
  const apply = (proposal: Proposal, node: Node | undefined) => {
    const picked = node === undefined || node.kind === 'proposal' ? tree.ticks.picked(proposal) : pickOf(node);
    if (picked === undefined) {
      return vscode.window.showWarningMessage(`Countersign: nothing of #${proposal.proposal} is ticked. Tick what you want, or discard it.`);
    }
    return send(picked.hunks === undefined ? 'countersign.apply' : 'countersign.applyHunk', picked);
  };
  const commands: Record<string, (node?: Node) => unknown> = {
    explainHere: here('countersign.explain'),
    refactorHere: here('countersign.refactor'),
    addTestsHere: here('countersign.addTests'),
    fixHere: here('countersign.fix'),
    askHere: here('countersign.ask'),
    reviewProposal: onProposal((proposal) => review.open(proposal)),
    applyProposal: onProposal(apply),
    applyProposalFile: onProposal(async (proposal) => {
      const file = await chooseFile(proposal);
      return file === undefined ? undefined : send('countersign.applyFile', { proposal: proposal.proposal, files: [file] });
    }),
    discardProposal: onProposal((proposal, node) => send('countersign.discard', node === undefined ? { proposal: proposal.proposal } : pickOf(node))),
    openReviewDocument: onProposal((proposal) => vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(proposal.document))),
    undoApplied: anywhere(() => send('countersign.undo', {})),
    cancelRuns: anywhere(() => send('countersign.cancel', {})),
    showStatus: anywhere(() => send('countersign.status', statusPlace(server))),
    restart: anywhere(() => server.restart()),
    showLog: () => server.log.show(),
    setApiKey: () => setKey(parts),
    forgetApiKey: async () => {
      await context.secrets.delete('countersign.apiKey');
      await vscode.window.showInformationMessage('Countersign: the key is forgotten.');
    },
  };
  for (const [name, act] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`countersign.${name}`, act));
  }
}

function plain(position: vscode.Position): { line: number; character: number } {
  return { line: position.line, character: position.character };
}

function pickOf(node: Node): Pick {
  return node.kind === 'proposal' ? { proposal: node.proposal.proposal } : { proposal: node.proposal.proposal, hunks: hunksBeneath(node) };
}

function statusPlace(server: Server): object {
  const editor = vscode.window.activeTextEditor;
  return editor === undefined || whyNot(editor.document.uri) !== undefined
    ? {}
    : { uri: server.uriOf(editor.document), range: { start: plain(editor.selection.start), end: plain(editor.selection.end) } };
}

async function choose({ server }: Parts): Promise<Proposal | undefined> {
  if (!(await server.start())) {
    return undefined;
  }
  const { proposals } = server.pending;
  if (proposals.length === 0) {
    const why = server.tellsPending ? 'nothing is proposed just now.' : 'this server does not say what is pending; see the code actions in the files themselves.';
    await vscode.window.showInformationMessage(`Countersign: ${why}`);
    return undefined;
  }
  if (proposals.length === 1) {
    return proposals[0];
  }
  const picked = await vscode.window.showQuickPick(
    proposals.map((proposal) => ({ label: `#${proposal.proposal} ${titleOf(proposal)}`, description: changesOf(proposal), id: proposal.proposal })),
    { title: 'Countersign: which proposal?' },
  );
  return find(server.pending, picked?.id);
}

async function chooseFile(proposal: Proposal): Promise<string | undefined> {
  const paths = proposal.files.map((file) => file.path);
  return paths.length === 1 ? paths[0] : vscode.window.showQuickPick(paths, { title: `Countersign: which file of #${proposal.proposal}?` });
}

async function setKey({ context }: Parts): Promise<void> {
  const key = await vscode.window.showInputBox({
    title: 'Countersign: API Key',
    prompt: 'Kept in the editor\'s secret storage, and handed to the server as COUNTERSIGN_API_KEY.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key !== undefined && key.trim() !== '') {
    await context.secrets.store('countersign.apiKey', key.trim()); // and the server starts anew with it once it is idle
  }
}
