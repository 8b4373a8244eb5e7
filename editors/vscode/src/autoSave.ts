// With files.autoSave on, the editor saves what was applied a moment later. Said before the first approval that it would save.
import * as vscode from './vscode';

const known = 'countersign.knowsAutoSave';

/// False if the person would rather not apply now.
export async function mayApply(state: vscode.Memento): Promise<boolean> {
  const autoSave = vscode.workspace.getConfiguration('files').get<string>('autoSave', 'off');
  if (autoSave === 'off' || state.get<boolean>(known) === true) {
    return true;
  }
  const apply = 'Apply Anyway';
  const turnOff = 'Turn Off Here, Then Apply';
  const picked = await vscode.window.showWarningMessage(
    `Auto save is on (files.autoSave: ${autoSave}).`,
    { modal: true, detail: 'What you apply would be written to disk by the editor right away, without you saving it. Turn auto save off for this folder to look at it first.' },
    turnOff,
    apply,
  );
  if (picked === turnOff) {
    const where = vscode.workspace.workspaceFolders === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', where);
    return true;
  }
  if (picked === apply) {
    await state.update(known, true);
    return true;
  }
  return false;
}
