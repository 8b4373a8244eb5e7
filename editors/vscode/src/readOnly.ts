// A document that the editor holds to be read-only takes an edit, but is never marked unsaved: what was applied would be gone when its tab
// is closed, without a question. No API tells of it beforehand, so it is seen afterwards, and taken back.
import * as vscode from './vscode';
import type { ApplyWorkspaceEditParams, ApplyWorkspaceEditResult } from 'vscode-languageclient/node';

export async function takenBackWhereReadOnly(params: ApplyWorkspaceEditParams, apply: () => Promise<ApplyWorkspaceEditResult>): Promise<ApplyWorkspaceEditResult> {
  const places = (params.edit.documentChanges ?? []).flatMap((change) => ('textDocument' in change ? [vscode.Uri.parse(change.textDocument.uri)] : []));
  const texts = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document.getText()]));
  const answer = await apply();
  const refused: string[] = [];
  for (const uri of places) {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    const saved = document === undefined || document.isDirty ? undefined : await onDisk(uri);
    if (document === undefined || saved === undefined || saved === document.getText()) {
      continue;
    }
    const back = new vscode.WorkspaceEdit();
    back.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), texts.get(uri.toString()) ?? saved);
    await vscode.workspace.applyEdit(back);
    refused.push(vscode.workspace.asRelativePath(uri));
  }
  return refused.length === 0
    ? answer
    : { applied: false, failureReason: `${refused.join(', ')} is read-only in this editor ("File: Set Active Editor Writeable in Session" changes that)` };
}

async function onDisk(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
