// The view of what is pending: proposals, their files, their hunks, each with a tick. It decides nothing: ticks say what "Apply" means.
import * as vscode from './vscode';
import { changesOf, nothingPending, titleOf, type Pending, type PendingFile, type PendingHunk, type Proposal } from './pending';
import { hunksOf, Ticks } from './ticks';

export type Node =
  | { kind: 'proposal'; proposal: Proposal }
  | { kind: 'file'; proposal: Proposal; file: PendingFile }
  | { kind: 'hunk'; proposal: Proposal; file: PendingFile; hunk: PendingHunk };

const words: Record<PendingFile['kind'], string> = { modify: '', create: 'new', remove: 'removed', move: 'moved' };

export class ProposalTree implements vscode.TreeDataProvider<Node> {
  readonly ticks = new Ticks();
  private pending: Pending = nothingPending;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  show(pending: Pending): void {
    this.pending = pending;
    this.ticks.prune(pending);
    this.changed.fire();
  }

  tick(nodes: readonly [Node, vscode.TreeItemCheckboxState][]): void {
    for (const [node, state] of nodes) {
      this.ticks.set(node.proposal.proposal, hunksBeneath(node), state === vscode.TreeItemCheckboxState.Checked);
    }
    this.changed.fire();
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      return this.pending.proposals.map((proposal) => ({ kind: 'proposal', proposal }));
    }
    if (node.kind === 'proposal') {
      return node.proposal.files.map((file) => ({ kind: 'file', proposal: node.proposal, file }));
    }
    return node.kind === 'file' ? node.file.hunks.map((hunk) => ({ ...node, kind: 'hunk', hunk })) : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = this.drawn(node);
    item.contextValue = node.kind;
    if (node.kind !== 'proposal') {
      const ticked = hunksBeneath(node).every((hunk) => this.ticks.isTicked(node.proposal.proposal, hunk));
      item.checkboxState = ticked ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
    }
    return item;
  }

  private drawn(node: Node): vscode.TreeItem {
    const { proposal } = node;
    if (node.kind === 'proposal') {
      const item = new vscode.TreeItem(`#${proposal.proposal} ${titleOf(proposal)}`, vscode.TreeItemCollapsibleState.Expanded);
      item.id = proposal.proposal;
      item.description = changesOf(proposal);
      item.tooltip = new vscode.MarkdownString().appendText(`${proposal.summary}\n\nby ${proposal.provider}, ${proposal.created}`);
      item.iconPath = new vscode.ThemeIcon('git-pull-request');
      item.command = { command: 'countersign.reviewProposal', title: 'Review', arguments: [node] };
      return item;
    }
    if (node.kind === 'file') {
      const item = new vscode.TreeItem(vscode.Uri.parse(node.file.uri), vscode.TreeItemCollapsibleState.Collapsed);
      item.id = `${proposal.proposal}/${node.file.path}`;
      item.label = node.file.path;
      item.description = node.file.from === undefined ? words[node.file.kind] : `moved from ${node.file.from}`;
      item.iconPath = vscode.ThemeIcon.File;
      return item;
    }
    const { hunk } = node;
    const item = new vscode.TreeItem(hunk.text === '' ? 'blank lines' : hunk.text);
    item.id = `${proposal.proposal}/${hunk.hunk}`;
    item.description = `line ${hunk.line + 1}: +${hunk.added} -${hunk.removed}`;
    const at = new vscode.Position(hunk.line, 0);
    item.command = node.file.kind === 'create'
      ? { command: 'countersign.reviewProposal', title: 'Review', arguments: [node] }
      : { command: 'vscode.open', title: 'Go to', arguments: [vscode.Uri.parse(node.file.uri), { selection: new vscode.Range(at, at) }] };
    return item;
  }
}

export function hunksBeneath(node: Node): string[] {
  if (node.kind === 'hunk') {
    return [node.hunk.hunk];
  }
  return node.kind === 'file' ? node.file.hunks.map((hunk) => hunk.hunk) : hunksOf(node.proposal);
}
