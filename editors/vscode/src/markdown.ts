// The page that an explanation becomes. Pure.

/// What its tab is called: its first heading.
export function explanationTitle(text: string): string {
  const heading = /^#+\s+(.+)$/m.exec(text)?.[1]?.replaceAll('`', '').trim();
  return heading === undefined || heading === '' ? 'Explanation' : `Explanation: ${heading}`;
}

/// Links to files as links that the editor opens them by; in a page, others to `file:` lead nowhere.
export function linksThatOpen(text: string): string {
  return text.replace(/\]\((file:\/\/[^\s()]+)\)/g, (_, uri: string) => `](command:vscode.open?${encodeURIComponent(JSON.stringify([uri]))})`);
}

export function page(body: string): string {
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { max-width: 48em; padding: 0.5em 1.5em 2em; line-height: 1.5; }
h1, h2 { border-bottom: 1px solid var(--vscode-widget-border, rgba(128, 128, 128, 0.35)); padding-bottom: 0.2em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; }
code { font-family: var(--vscode-editor-font-family, monospace); background: var(--vscode-textCodeBlock-background); padding: 0 0.2em; }
pre { background: var(--vscode-textCodeBlock-background); padding: 0.8em; overflow: auto; }
pre code { padding: 0; }
</style>
</head>
<body>
${body}
</body>
</html>`;
}
