// What the server says is pending (`countersign/proposals`, see server/session/pending_view.h), and questions about it. Pure.

export interface PendingHunk {
  hunk: string; // "1.2"
  line: number; // 0-based, in what the file says now
  removed: number;
  added: number;
  text: string;
}

export interface PendingFile {
  path: string;
  from?: string;
  kind: 'modify' | 'create' | 'remove' | 'move';
  uri: string;
  before: string;
  after: string;
  hunks: PendingHunk[];
}

export interface Proposal {
  proposal: string; // "7"
  revision: number;
  title: string;
  summary: string;
  action: string;
  provider: string;
  created: string;
  workspace: string;
  document: string;
  note?: string; // how commands on it ended, what needs a yes of its own; an older server says nothing
  files: PendingFile[];
}

export interface Pending {
  provider: string;
  isModel: boolean;
  running: { run: string; title: string }[];
  proposals: Proposal[];
  cost?: string; // of this window's runs, as the server words it
}

export const nothingPending: Pending = { provider: '', isModel: false, running: [], proposals: [] };

/// A title without the backticks around names, which tabs, trees and messages would show as they are.
export function plain(title: string): string {
  return title.replaceAll('`', '');
}

export function titleOf(proposal: Proposal): string {
  return plain(proposal.title);
}

/// "1 change", "2 changes".
export function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export function changesOf(proposal: Proposal): string {
  const hunks = proposal.files.reduce((sum, file) => sum + file.hunks.length, 0);
  return `${countOf(hunks, 'change')} in ${countOf(proposal.files.length, 'file')}`;
}

export function find(pending: Pending, id: string | undefined): Proposal | undefined {
  return pending.proposals.find((proposal) => proposal.proposal === id);
}

/// Those that are there now and were not before.
export function arrived(before: Pending, now: Pending): Proposal[] {
  const known = new Set(before.proposals.map((proposal) => proposal.proposal));
  return now.proposals.filter((proposal) => !known.has(proposal.proposal));
}

/// The name of a review's tab. It is also how the tab is found again, since editors give no other name to it.
export function reviewTitle(proposal: Proposal): string {
  return `Countersign #${proposal.proposal}: ${titleOf(proposal)}`;
}

/// The proposal that a tab of this name reviews.
export function reviewedBy(title: string | undefined): string | undefined {
  return title === undefined ? undefined : /^Countersign #(\d+): /.exec(title)?.[1];
}

/// What the server asks to be shown: the diff of a proposal, an explanation, or something else.
export type Shown = { review: Proposal } | { explanation: true } | { other: true };
export function whatIsShown(pending: Pending, uri: string): Shown {
  const diff = /\/proposals\/(\d+)\.\d+\.diff$/.exec(uri);
  const review = find(pending, diff?.[1]);
  if (review !== undefined) {
    return { review };
  }
  return /\/explanations\/[^/]+\.md$/.test(uri) ? { explanation: true } : { other: true };
}
