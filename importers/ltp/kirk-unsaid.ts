import type { GivenResult } from '../results/result-run.ts';
import type { Outcome } from '../../store/events/observation.ts';

/** More are given away as not known, so that memory stays bounded. */
const MOST = 20_000;

/**
 * Keeps tests that kirk ran side by side, of which it prints a name and a time but no status. The lists of what broke and what failed at
 * the end of the session settle them; what is on no list passed or was skipped, nobody says which.
 */
export class UnsaidResults {
  private waiting: GivenResult[] = [];
  private readonly listed = new Map<string, { outcome: Outcome; times: number }>();
  private list: Outcome | null = null;

  /** Keeps a result; gives those that can wait no longer. */
  add(result: GivenResult): readonly GivenResult[] {
    this.waiting.push(result);
    return this.waiting.length > MOST ? this.take() : [];
  }

  /** Follows the lists: `Broken:` and `Failures:`, with `    • NAME` below. */
  follow(line: string): void {
    if (line === 'Broken:') this.list = 'error';
    else if (line === 'Failures:') this.list = 'fail';
    else if (this.list !== null) {
      const name = /^ {4}• (\S+)$/.exec(line)?.[1];
      if (name === undefined) this.list = null;
      else if (this.waiting.length > 0) this.note(name, this.list);
    }
  }

  /** Gives all that waits. A test that ran more often than it is listed failed in some of its runs only: in which is not known. */
  take(): readonly GivenResult[] {
    const runs = new Map<string, number>();
    for (const { raw } of this.waiting) runs.set(raw!, (runs.get(raw!) ?? 0) + 1);
    const results = this.waiting.map((result): GivenResult => {
      const said = this.listed.get(result.raw!);
      return said && said.times >= runs.get(result.raw!)! ? { ...result, outcome: said.outcome } : result;
    });
    this.waiting = [];
    this.listed.clear();
    return results;
  }

  private note(name: string, outcome: Outcome): void {
    const said = this.listed.get(name);
    // The list of failures comes second: what is on both failed.
    if (said?.outcome === outcome) said.times++;
    else this.listed.set(name, { outcome, times: 1 });
  }
}
