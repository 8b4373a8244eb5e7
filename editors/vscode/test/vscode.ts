// What the tests need of an editor's API, in its place.
export const workspace: { workspaceFolders: { uri: { scheme: string; path: string } }[]; textDocuments: { uri: { scheme: string; path: string } }[] } = {
  workspaceFolders: [],
  textDocuments: [],
};

export const said: string[] = [];
export const window = {
  showWarningMessage: (text: string) => said.push(text),
};

const registered = new Map<string, () => unknown>();
export const commands = {
  registerCommand: (name: string, act: () => unknown) => registered.set(name, act),
  executeCommand: (name: string) => registered.get(name)?.(),
};

export class EventEmitter {
  event(): void {}
  fire(): void {}
}
