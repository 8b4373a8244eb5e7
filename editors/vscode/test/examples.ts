// Proposals for tests.
import type { Pending, PendingFile, Proposal } from '../src/pending';

export function file(path: string, ...hunks: string[]): PendingFile {
  return {
    path,
    kind: 'modify',
    uri: `file:///w/${path}`,
    before: `countersign-proposal:/7/before/${path}`,
    after: `countersign-proposal:/7/after/${path}`,
    hunks: hunks.map((hunk, at) => ({ hunk, line: at * 10, removed: 1, added: 2, text: 'x' })),
  };
}

export function proposal(id: string, ...files: PendingFile[]): Proposal {
  return {
    proposal: id,
    revision: 1,
    title: 'invert if',
    summary: '',
    action: 'refactor',
    provider: 'builtin',
    created: '2026-11-20T12:00:00Z',
    workspace: '/w',
    document: `file:///s/proposals/${id}.1.diff`,
    note: '',
    files,
  };
}

export function pending(...proposals: Proposal[]): Pending {
  return { provider: 'builtin', isModel: false, running: [], proposals };
}
