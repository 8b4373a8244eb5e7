import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusLine } from '../src/statusLine';
import { file, pending, proposal } from './examples';

const one = pending(proposal('7', file('a.cpp', '1.1')));

test('says what runs and what waits', () => {
  assert.equal(statusLine('running', pending(), true).text, '$(shield) Countersign');
  assert.equal(statusLine('running', one, true).text, '$(shield) Countersign · 1 to review');
  const busy = { ...one, running: [{ run: 'r', title: 'refactor in a.cpp' }] };
  assert.equal(statusLine('running', busy, true).text, '$(sync~spin) Countersign · 1 run · 1 to review');
  assert.match(statusLine('running', busy, true).tooltip, /refactor in a.cpp/);
});

test('shows names without the backticks around them', () => {
  const named = { ...one, running: [{ run: 'r', title: 'refactor `f` in a.cpp' }], proposals: [{ ...one.proposals[0]!, title: 'invert if in `g`' }] };
  assert.match(statusLine('running', named, true).tooltip, /Working: refactor f in a\.cpp\nWaiting for you: #7 invert if in g$/m);
});

test('says what a model has cost, and that the built-in engine is none', () => {
  assert.match(statusLine('running', { ...one, isModel: true, cost: '$0.12' }, true).text, /\$0\.12$/);
  assert.match(statusLine('running', { ...one, isModel: true, cost: '$0.12' }, true).tooltip, /Cost of the runs .*: \$0\.12$/m);
  assert.doesNotMatch(statusLine('running', { ...one, cost: '$0.12' }, true).text, /0\.12/);
  assert.match(statusLine('running', one, true).tooltip, /no AI, no network/);
});

test('says when the server is not there, and when the folder is not trusted', () => {
  assert.match(statusLine('stopped', one, true).tooltip, /not running/);
  assert.match(statusLine('running', one, false).tooltip, /not trusted/);
});

test('two hundred proposals make a line and ten names', () => {
  const many = pending(...Array.from({ length: 200 }, (_, at) => proposal(String(at), file('a.cpp', '1.1'))));
  assert.equal(statusLine('running', many, true).text, '$(shield) Countersign · 200 to review');
  assert.equal(statusLine('running', many, true).tooltip.split('\n').length, 11);
});
