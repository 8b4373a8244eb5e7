import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrived, changesOf, nothingPending, reviewedBy, reviewTitle, whatIsShown } from '../src/pending';
import { file, pending, proposal } from './examples';

const two = pending(proposal('7', file('a.cpp', '1.1', '1.2')), proposal('12', file('b.cpp', '1.1'), file('c.cpp', '2.1')));

test('counts changes and files in words', () => {
  assert.deepEqual(two.proposals.map(changesOf), ['2 changes in 1 file', '2 changes in 2 files']);
});

test('tells what arrived from what was there', () => {
  assert.deepEqual(arrived(nothingPending, two).map((each) => each.proposal), ['7', '12']);
  assert.deepEqual(arrived(pending(proposal('7')), two).map((each) => each.proposal), ['12']);
  assert.deepEqual(arrived(two, two), []);
});

test('calls a proposal by its title without the backticks of Markdown', () => {
  assert.equal(reviewTitle({ ...proposal('7'), title: 'Add tests for `a`' }), 'Countersign #7: Add tests for a');
});

test('finds the proposal again by the name of its tab', () => {
  for (const each of two.proposals) {
    assert.equal(reviewedBy(reviewTitle(each)), each.proposal);
  }
  for (const other of [undefined, '', 'a.cpp', 'Countersign', 'see Countersign #7: x', 'Countersign #x: y']) {
    assert.equal(reviewedBy(other), undefined);
  }
});

test('knows a review document, an explanation and anything else', () => {
  assert.deepEqual(whatIsShown(two, 'file:///s/proposals/12.3.diff'), { review: two.proposals[1] });
  assert.deepEqual(whatIsShown(two, 'file:///s/explanations/r1.md'), { explanation: true });
  for (const other of ['file:///s/proposals/13.1.diff', 'file:///w/README.md', 'file:///w/proposals/x.diff', 'file:///w/explanations/a/b.md']) {
    assert.deepEqual(whatIsShown(two, other), { other: true });
  }
});
