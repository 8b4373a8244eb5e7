#!/usr/bin/env node
// A server of another age, for faults.test.mjs: it speaks the protocol, explains, and knows nothing else of what the extension wants.
let buffered = Buffer.alloc(0);

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
}

const answers = {
  initialize: () => ({
    capabilities: { textDocumentSync: 1, executeCommandProvider: { commands: ['countersign.explain'] } },
    serverInfo: { name: 'countersign', version: '0.0.1' },
  }),
  'workspace/executeCommand': () => {
    send({ method: 'window/showMessage', params: { type: 3, message: 'explained by an old server' } });
    return { run: '1' };
  },
  shutdown: () => null,
};

process.stdin.on('data', (bytes) => {
  buffered = Buffer.concat([buffered, bytes]);
  for (;;) {
    const head = buffered.indexOf('\r\n\r\n');
    const length = head < 0 ? undefined : Number(/Content-Length: (\d+)/i.exec(buffered.subarray(0, head).toString())[1]);
    if (length === undefined || buffered.length < head + 4 + length) {
      return;
    }
    const message = JSON.parse(buffered.subarray(head + 4, head + 4 + length).toString());
    buffered = buffered.subarray(head + 4 + length);
    if (message.method === 'exit') {
      process.exit(0);
    }
    if (message.id !== undefined && message.method !== undefined) {
      send({ id: message.id, result: answers[message.method]?.() ?? null });
    }
  }
});
