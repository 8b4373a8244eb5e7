// What every command of the server's passes on its way there, wherever it was picked: the code action menu, a lens, the tree, the
// palette. It asks what only the editor can ask, and holds nothing back that the person has answered.
import * as vscode from './vscode';
import { mayApply } from './autoSave';
import { restrictedCommands, untrusted } from './places';

const applying = /^countersign\.apply/;

/// `go` sends it. Undefined if the person thought better of it.
export async function pass(
  state: vscode.Memento,
  command: string,
  argument: Record<string, unknown> | undefined,
  go: (argument: Record<string, unknown> | undefined) => unknown,
): Promise<unknown> {
  if (!vscode.workspace.isTrusted && !restrictedCommands.includes(command)) {
    const trust = 'Manage Trust';
    if ((await vscode.window.showWarningMessage(untrusted, trust)) === trust) {
      await vscode.commands.executeCommand('workbench.trust.manage');
    }
    return undefined;
  }
  if (applying.test(command) && !(await mayApply(state))) {
    return undefined;
  }
  if (command === 'countersign.ask' && !argument?.['instruction']) {
    const instruction = await vscode.window.showInputBox({
      title: 'Countersign: Ask',
      prompt: 'What would you like to know, or to have changed? Nothing is written until you apply it.',
      placeHolder: 'invert if',
      ignoreFocusOut: true,
    });
    if (instruction === undefined || instruction.trim() === '') {
      return undefined;
    }
    return go({ ...argument, instruction });
  }
  return go(argument);
}
