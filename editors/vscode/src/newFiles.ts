// A file that a proposal creates is opened as an unsaved document that knows its path. The editor's own CreateFile would
// write it to disk at once; here nothing is on disk until the person saves.
import * as vscode from './vscode';
import { takenBackWhereReadOnly } from './readOnly';
import type {
  ApplyWorkspaceEditParams,
  ApplyWorkspaceEditRequest,
  ApplyWorkspaceEditResult,
  CancellationToken,
  TextDocumentEdit,
} from 'vscode-languageclient/node';
import { isUnsavedFile } from './places';
import { inEditor, onServer } from './proposedTexts';

type Next = ApplyWorkspaceEditRequest.HandlerSignature;
type Change = NonNullable<ApplyWorkspaceEditParams['edit']['documentChanges']>[number];

/// To the server such a document is the file that it will be. (A proposal's texts have two names, too.)
export const uriConverters = {
  code2Protocol: (uri: vscode.Uri): string => uri.with(isUnsavedFile(uri) ? { scheme: 'file' } : (onServer(uri) ?? {})).toString(),
  protocol2Code: (text: string): vscode.Uri => {
    const uri = vscode.Uri.parse(text);
    return unsaved(uri)?.uri ?? uri.with(inEditor(uri) ?? {});
  },
};

export async function applyEdit(params: ApplyWorkspaceEditParams, next: Next): Promise<ApplyWorkspaceEditResult> {
  const source = new vscode.CancellationTokenSource();
  const pass = (passed: ApplyWorkspaceEditParams) =>
    takenBackWhereReadOnly(passed, async () => (await next(passed, source.token as CancellationToken)) as ApplyWorkspaceEditResult);
  const changes = params.edit.documentChanges ?? [];
  const fresh = new Set<TextDocumentEdit>();
  for (const change of changes) {
    if (await isNewFile(change)) {
      fresh.add(change as TextDocumentEdit);
    }
  }
  if (fresh.size === 0) {
    return pass(params);
  }
  const rest = changes.filter((change) => !fresh.has(change as TextDocumentEdit));
  if (rest.length > 0) {
    const answer = await pass({ ...params, edit: { ...params.edit, documentChanges: rest } });
    if (!answer.applied) {
      return answer;
    }
  }
  for (const change of fresh) {
    if (!(await openUnsaved(change))) {
      return { applied: false, failureReason: `${change.textDocument.uri} could not be opened as an unsaved document` };
    }
  }
  return { applied: true };
}

async function isNewFile(change: Change): Promise<boolean> {
  if (!('textDocument' in change) || change.textDocument.version !== null) {
    return false;
  }
  const uri = vscode.Uri.parse(change.textDocument.uri);
  if (uri.scheme !== 'file' || vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) {
    return false;
  }
  return vscode.workspace.fs.stat(uri).then(
    () => false,
    () => true,
  );
}

async function openUnsaved(change: TextDocumentEdit): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(change.textDocument.uri).with({ scheme: 'untitled' }));
  const text = change.edits.map((edit) => ('newText' in edit ? edit.newText : '')).join('');
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  const applied = await vscode.workspace.applyEdit(edit);
  if (applied) {
    await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
  }
  return applied;
}

function unsaved(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => isUnsavedFile(document.uri) && document.uri.path === uri.path && uri.scheme === 'file');
}
