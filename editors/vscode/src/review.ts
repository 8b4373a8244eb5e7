// The review of a proposal: one tab that holds the diffs of all its files, over texts that the server serves
// (`countersign-proposal:`). The tab is found by its name, and while it is the active one the title bar shows Apply and Discard.
import * as vscode from './vscode';
import { uriConverters } from './newFiles';
import { find, nothingPending, reviewedBy, reviewTitle, type Pending, type Proposal } from './pending';

export class Review implements vscode.Disposable {
  private pending: Pending = nothingPending;
  private readonly listening = vscode.window.tabGroups.onDidChangeTabs(() => this.note());

  show(pending: Pending): void {
    this.pending = pending;
    // What is decided needs no review any more.
    const over = tabs().filter((tab) => reviewedBy(tab.label) !== undefined && find(pending, reviewedBy(tab.label)) === undefined);
    void vscode.window.tabGroups.close(over, true);
    this.note();
  }

  async open(proposal: Proposal): Promise<void> {
    const title = reviewTitle(proposal);
    await vscode.window.tabGroups.close(tabs().filter((tab) => tab.label === title));
    const files = proposal.files.map((file) => {
      const before = uriConverters.protocol2Code(file.before);
      const after = uriConverters.protocol2Code(file.after);
      return [vscode.Uri.parse(file.uri), file.kind === 'create' ? undefined : before, file.kind === 'remove' ? undefined : after];
    });
    await vscode.commands.executeCommand('vscode.changes', title, files);
    this.note();
  }

  /// The proposal whose review is in front.
  active(): Proposal | undefined {
    return find(this.pending, reviewedBy(vscode.window.tabGroups.activeTabGroup.activeTab?.label));
  }

  dispose(): void {
    this.listening.dispose();
  }

  private note(): void {
    const active = this.active();
    void vscode.commands.executeCommand('setContext', 'countersign.reviewing', active !== undefined);
    void vscode.commands.executeCommand('setContext', 'countersign.reviewingFiles', (active?.files.length ?? 0) > 1);
  }
}

function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}
