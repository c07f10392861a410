import { type Condition, ConditionError, namesIn, parseCondition } from '../../store/condition.ts';
import type { EventType } from '../../store/events/catalogue.ts';
import type { Path, Problems } from './document.ts';
import type { Draft } from './drafts.ts';
import type { Names } from './names.ts';
import { textsAt } from './parts.ts';
import { suggest } from './suggest.ts';

const CONDITIONS: Partial<Record<EventType, readonly string[]>> = {
  BehaviourDefined: ['guarantees.*.when'],
  BehaviourSet: ['when'],
  BehaviourClaimed: ['when'],
  RequirementStated: ['when'],
  ConsumerRecorded: ['guards.*.refuses', 'profile.*'],
  ProposalStated: ['sets.*.when'],
};

/** A condition that could be read, and what it decides: a behaviour, a profile entry, or nothing that has a name. */
interface Read {
  readonly draft: Draft;
  readonly path: Path;
  readonly condition: Condition;
  readonly decides: string | undefined;
}

/** Refuses conditions that cannot be read, that name what does not exist, and that need themselves. */
export function lintConditions(drafts: readonly Draft[], names: Names, problems: Problems): void {
  const read: Read[] = [];
  for (const draft of drafts) {
    for (const pattern of CONDITIONS[draft.type] ?? []) {
      for (const { path, value } of textsAt(draft.payload, pattern)) {
        const profile = pattern.startsWith('profile');
        if (profile && !value.startsWith('=')) continue;
        const condition = parse(draft, path, profile ? value.slice(1) : value, problems);
        if (!condition) continue;
        new Check(draft, path, names, problems, pattern.endsWith('refuses')).subject(condition);
        const decides = profile
          ? String(path[1])
          : draft.type === 'BehaviourSet' || draft.type === 'BehaviourDefined'
            ? String(draft.payload.behaviour)
            : undefined;
        read.push({ draft, path, condition, decides });
      }
    }
  }
  lintCircles(read, problems);
}

function parse(draft: Draft, path: Path, text: string, problems: Problems): Condition | null {
  try {
    return parseCondition(text);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    problems.add(
      draft.place(path),
      `the condition cannot be read: ${error.message} (its column ${error.column})`,
    );
    return null;
  }
}

/** Walks one condition. A name that is asked about must exist; a word that is compared with may be itself. */
class Check {
  private readonly draft: Draft;
  private readonly path: Path;
  private readonly names: Names;
  private readonly problems: Problems;
  private readonly guard: boolean;

  constructor(draft: Draft, path: Path, names: Names, problems: Problems, guard: boolean) {
    this.draft = draft;
    this.path = path;
    this.names = names;
    this.problems = problems;
    this.guard = guard;
  }

  subject(condition: Condition): void {
    switch (condition.kind) {
      case 'literal':
      case 'version':
        return;
      case 'name':
        if (!this.exists(condition.name)) this.unknown(condition.name, condition.column);
        return;
      case 'not':
        this.subject(condition.of);
        return;
      case 'all':
      case 'any':
      case 'call':
        condition.of.forEach((of) => {
          this.subject(of);
        });
        return;
      case 'compare':
        this.subject(condition.left);
        this.value(condition.left, condition.right, condition.op === '==' || condition.op === '!=');
        return;
      case 'in':
        this.subject(condition.left);
        condition.values.forEach((of) => {
          this.value(condition.left, of, true);
        });
    }
  }

  private value(left: Condition, right: Condition, equality: boolean): void {
    // Only beside a name does a word have something to be a value of.
    if (left.kind !== 'name' || (right.kind !== 'name' && right.kind !== 'literal')) {
      this.subject(right);
      return;
    }
    if (right.kind === 'name' && this.exists(right.name)) return;
    const values = this.names.values.get(left.name);
    if (!values || (right.kind === 'literal' && !equality)) return;
    const said = right.kind === 'name' ? right.name : right.value;
    if (values.some((value) => value === said)) return;
    this.problems.add(
      this.draft.place(this.path),
      `${left.name} has no value ${JSON.stringify(said)}, and nothing has that name`,
      suggest(String(said), values.map(String)) ??
        `values are ${values.map((x) => JSON.stringify(x)).join(', ')}`,
    );
  }

  private exists(name: string): boolean {
    if (name === 'arch') return true;
    if (name === 'uname' || name === 'version_signature') return this.guard;
    return this.names.has('behaviour', name) || this.names.switches.has(name) || this.names.profile.has(name);
  }

  private unknown(name: string, column: number): void {
    const all = [...this.names.of('behaviour'), ...this.names.switches, ...this.names.profile, 'arch'];
    this.problems.add(
      this.draft.place(this.path),
      `the condition names "${name}" (its column ${column}), which is no behaviour, switch or profile entry`,
      name === 'uname' || name === 'version_signature' ? 'only guards may ask for it' : suggest(name, all),
    );
  }
}

/** To know a behaviour one evaluates its conditions; one that leads back to the behaviour has no answer. */
function lintCircles(read: readonly Read[], problems: Problems): void {
  const edges = new Map<string, Map<string, Read>>();
  for (const one of read) {
    if (one.decides === undefined) continue;
    const to = edges.get(one.decides) ?? new Map<string, Read>();
    edges.set(one.decides, to);
    for (const { name } of namesIn(one.condition)) if (!to.has(name)) to.set(name, one);
  }
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (done.has(name)) return;
    for (const [next, by] of edges.get(name) ?? []) {
      const start = [...trail, name].indexOf(next);
      if (start < 0) visit(next, [...trail, name]);
      else
        problems.add(
          by.draft.place(by.path),
          `the condition speaks of itself in a circle: ${[...[...trail, name].slice(start), next].join(' -> ')}`,
        );
    }
    done.add(name);
  };
  for (const name of edges.keys()) visit(name, []);
}
