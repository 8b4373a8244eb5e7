// An explanation, rendered beside the code, which keeps the focus. What a model wrote is shown and nothing more: no script runs, nothing is
// fetched, and its links lead to files and nowhere else.
import * as vscode from './vscode';
import { explanationTitle, linksThatOpen, page } from './markdown';

let panel: vscode.WebviewPanel | undefined;

export async function showExplanation(uri: vscode.Uri): Promise<void> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const body = await vscode.commands.executeCommand<string>('markdown.api.render', linksThatOpen(text));
  if (panel === undefined) {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    panel = vscode.window.createWebviewPanel('countersign.explanation', '', where, { enableCommandUris: ['vscode.open'], enableFindWidget: true });
    panel.onDidDispose(() => (panel = undefined));
  }
  panel.title = explanationTitle(text);
  panel.webview.html = page(body);
  panel.reveal(undefined, true);
}
