import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explanationTitle, linksThatOpen, page } from '../src/markdown';

test('an explanation is called after its first heading', () => {
  assert.equal(explanationTitle('text\n\n## `a_b`\n\n# other'), 'Explanation: a_b');
  assert.equal(explanationTitle('no heading'), 'Explanation');
});

test('a link to a file opens it, and any other stays as it is', () => {
  const opened = linksThatOpen('[a](file:///w/a%20b.cpp#L3) and [b](https://example.org)');
  const [, argument] = /\]\(command:vscode\.open\?([^)]+)\)/.exec(opened) ?? [];
  assert.deepEqual(JSON.parse(decodeURIComponent(argument ?? '')), ['file:///w/a%20b.cpp#L3']);
  assert.match(opened, /\[b\]\(https:\/\/example\.org\)/);
});

test('a page fetches nothing and runs nothing', () => {
  assert.match(page('<p>x</p>'), /content="default-src 'none'; style-src 'unsafe-inline'"/);
});
