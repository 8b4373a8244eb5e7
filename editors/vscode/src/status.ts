// The entry in the status bar: what runs, what waits, what it has cost, or that the server is not there.
import * as vscode from './vscode';
import type { Pending } from './pending';
import { statusLine, type Health } from './statusLine';

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('countersign.status', vscode.StatusBarAlignment.Left, 0);

  constructor() {
    this.item.name = 'Countersign';
    this.item.show();
  }

  show(health: Health, pending: Pending, trusted: boolean): void {
    const { text, tooltip } = statusLine(health, pending, trusted);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = health === 'stopped' ? 'countersign.restart' : pending.proposals.length > 0 ? 'countersign.pending.focus' : 'countersign.showStatus';
    this.item.backgroundColor = health === 'stopped' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}
