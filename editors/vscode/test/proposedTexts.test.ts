import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inEditor, onServer } from '../src/proposedTexts';

const scheme = 'countersign-proposal';

test('both texts of a file have one path in the editor', () => {
  assert.deepEqual(inEditor({ scheme, authority: '', path: '/7/before/src/a.cpp' }), { authority: 'before-7', path: '/src/a.cpp' });
  assert.deepEqual(inEditor({ scheme, authority: '', path: '/7/after/src/a.cpp' }), { authority: 'after-7', path: '/src/a.cpp' });
});

test('the server gets its own name back', () => {
  for (const path of ['/7/before/a.cpp', '/12/after/after/before/b c.cpp']) {
    const named = { scheme, authority: '', path };
    assert.deepEqual(onServer({ scheme, ...inEditor(named)! }), { authority: '', path });
  }
});

test('anything else keeps its name', () => {
  for (const named of [{ scheme: 'file', authority: '', path: '/7/before/a' }, { scheme, authority: '', path: '/x' }]) {
    assert.equal(inEditor(named), undefined);
    assert.equal(onServer(named), undefined);
  }
});
