import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ticks } from '../src/ticks';
import { file, pending, proposal } from './examples';

const seven = proposal('7', file('a.cpp', '1.1', '1.2'), file('b.cpp', '2.1'));

test('everything is ticked at first, and means the whole proposal', () => {
  assert.deepEqual(new Ticks().picked(seven), { proposal: '7' });
});

test('what is unticked is left out', () => {
  const ticks = new Ticks();
  ticks.set('7', ['1.2'], false);
  assert.deepEqual(ticks.picked(seven), { proposal: '7', hunks: ['1.1', '2.1'] });
  assert.equal(ticks.isTicked('8', '1.2'), true, 'another proposal has the same hunk numbers');
  ticks.set('7', ['1.2'], true);
  assert.deepEqual(ticks.picked(seven), { proposal: '7' });
});

test('a file is ticked when all of it is', () => {
  const ticks = new Ticks();
  const [first, second] = seven.files;
  ticks.set('7', ['1.1'], false);
  assert.equal(ticks.isFileTicked('7', first!), false);
  assert.equal(ticks.isFileTicked('7', second!), true);
});

test('nothing ticked is nothing to apply', () => {
  const ticks = new Ticks();
  ticks.set('7', ['1.1', '1.2', '2.1'], false);
  assert.equal(ticks.picked(seven), undefined);
});

test('an unticked hunk stays so while others are decided, and is forgotten when it is', () => {
  const ticks = new Ticks();
  ticks.set('7', ['1.2'], false);
  const without = proposal('7', file('a.cpp', '1.2'));
  ticks.prune(pending(without));
  assert.equal(ticks.picked(without), undefined);
  ticks.prune(pending());
  assert.deepEqual(ticks.picked(seven), { proposal: '7' });
});
