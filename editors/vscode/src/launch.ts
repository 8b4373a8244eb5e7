// Which program is started, and in which environment. Pure: what is set and what is there comes in.

/// The program, in the order in which it is looked for: the setting, the one that came with the extension, the search path.
export function serverProgram(setting: string, bundled: string, exists: (path: string) => boolean): string {
  if (setting !== '') {
    return setting;
  }
  return exists(bundled) ? bundled : 'countersign';
}

export interface Launch {
  settings: Record<string, unknown>; // by name, only what a person has set
  key?: string | undefined;
  trusted: boolean;
}

/// Settings go by environment, and only those that a person has set: a default of ours must not outweigh their config.toml.
export function serverEnvironment(inherited: NodeJS.ProcessEnv, launch: Launch): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...inherited };
  for (const [name, value] of Object.entries(launch.settings)) {
    environment[variable(name)] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  if (launch.key !== undefined && launch.key !== '') {
    environment['COUNTERSIGN_API_KEY'] = launch.key;
  }
  if (!launch.trusted) {
    environment['COUNTERSIGN_LEVEL'] = 'analyze';
  }
  return environment;
}

export function variable(name: string): string {
  return `COUNTERSIGN_${name.toUpperCase()}`;
}

/// Settings that are the extension's own and unknown to the server.
export const ownSettings: readonly string[] = ['serverPath'];

/// Names of the server's settings among those that package.json declares.
export function serverSettings(declared: Record<string, unknown>): string[] {
  const prefix = 'countersign.';
  return Object.keys(declared)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((name) => !ownSettings.includes(name));
}

/// What to tell a person whose server does not start.
export function cannotStart(program: string, reason: string): string {
  if (/ENOENT|not found/i.test(reason)) {
    return `Countersign: there is no program ${program}. Set countersign.serverPath to the server, or put countersign on your PATH; then choose Restart.`;
  }
  if (/EACCES/.test(reason)) {
    return `Countersign: ${program} may not be executed. Make it executable (chmod +x), or set countersign.serverPath to another one; then choose Restart.`;
  }
  return `Countersign: ${program} does not stay up: ${reason}. The log says more. Proposals are kept; choose Restart to try again.`;
}

/// What to tell a person whose server does not know a command of this extension's.
export function ofAnotherAge(command: string, version: string | undefined): string {
  return `Countersign: the server (version ${version ?? 'unknown'}) knows no ${command}: it is of another age than this extension. Update the older of both, or empty countersign.serverPath to use the one that came with it.`;
}
