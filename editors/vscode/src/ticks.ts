// Which hunks of the pending proposals a person has ticked: all, until they untick one. Pure; the tree draws it.
import type { PendingFile, Pending, Proposal } from './pending';

/// What a decision is about: a whole proposal, or some hunks of it. The server's commands take it as it is.
export interface Pick {
  proposal: string;
  files?: string[];
  hunks?: string[];
}

export class Ticks {
  private readonly unticked = new Set<string>();

  isTicked(proposal: string, hunk: string): boolean {
    return !this.unticked.has(key(proposal, hunk));
  }

  isFileTicked(proposal: string, file: PendingFile): boolean {
    return file.hunks.every((hunk) => this.isTicked(proposal, hunk.hunk));
  }

  set(proposal: string, hunks: string[], ticked: boolean): void {
    for (const hunk of hunks) {
      if (ticked) {
        this.unticked.delete(key(proposal, hunk));
      } else {
        this.unticked.add(key(proposal, hunk));
      }
    }
  }

  /// Forgets what is no longer pending.
  prune(pending: Pending): void {
    const known = new Set(pending.proposals.flatMap((proposal) => hunksOf(proposal).map((hunk) => key(proposal.proposal, hunk))));
    for (const each of this.unticked) {
      if (!known.has(each)) {
        this.unticked.delete(each);
      }
    }
  }

  /// What "Apply" means for this proposal; undefined if nothing is ticked.
  picked(proposal: Proposal): Pick | undefined {
    const all = hunksOf(proposal);
    const hunks = all.filter((hunk) => this.isTicked(proposal.proposal, hunk));
    if (hunks.length === all.length) {
      return { proposal: proposal.proposal };
    }
    return hunks.length === 0 ? undefined : { proposal: proposal.proposal, hunks };
  }
}

export function hunksOf(proposal: Proposal): string[] {
  return proposal.files.flatMap((file) => file.hunks.map((hunk) => hunk.hunk));
}

function key(proposal: string, hunk: string): string {
  return `${proposal}/${hunk}`;
}
