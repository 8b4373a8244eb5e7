// What the status bar says: what runs, what waits, what it has cost. Pure.
import { countOf, plain, titleOf, type Pending } from './pending';

export type Health = 'idle' | 'starting' | 'running' | 'stopped';

export function statusLine(health: Health, pending: Pending, trusted: boolean): { text: string; tooltip: string } {
  if (health === 'idle') {
    return { text: '$(shield) Countersign', tooltip: 'Countersign: not started. It works on files of this machine, of which this window has none open.' };
  }
  if (health !== 'running') {
    return health === 'starting'
      ? { text: '$(sync~spin) Countersign', tooltip: 'Countersign: the server is starting' }
      : { text: '$(error) Countersign', tooltip: 'Countersign: the server is not running. Click to start it; proposals are kept.' };
  }
  const parts = ['Countersign'];
  const lines = [`Provider: ${pending.provider}${pending.isModel ? '' : ' (no AI, no network)'}`];
  if (pending.running.length > 0) {
    parts.push(countOf(pending.running.length, 'run'));
    lines.push(...pending.running.map((run) => `Working: ${plain(run.title)}`));
  }
  if (pending.proposals.length > 0) {
    parts.push(`${pending.proposals.length} to review`);
    lines.push(...pending.proposals.slice(0, 10).map((proposal) => `Waiting for you: #${proposal.proposal} ${titleOf(proposal)}`));
  }
  if (pending.isModel && pending.cost !== undefined) {
    parts.push(pending.cost);
    lines.push(`Cost of the runs since the server was started: ${pending.cost}`);
  }
  if (!trusted) {
    lines.push('Restricted: this folder is not trusted, so only Explain works.');
  }
  const icon = pending.running.length > 0 ? '$(sync~spin)' : '$(shield)';
  return { text: `${icon} ${parts.join(' · ')}`, tooltip: lines.join('\n') };
}
