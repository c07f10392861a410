import type { Learnt } from '../../../queries/knowledge/knowledge-diff.ts';
import { grouped } from '../../../store/grouping.ts';
import { joined, strong, type Block, type Inline } from './page.ts';
import { shortIds } from './inline-words.ts';

/** What statements are about, in the order in which somebody who has to decide wants to read them. */
const KINDS: readonly { readonly title: string; readonly types: readonly Learnt['type'][] }[] = [
  {
    title: 'What people said',
    types: [
      'BreakageClaimed',
      'CulpritClaimed',
      'FixClaimed',
      'StatementDisputed',
      'BehaviourClaimed',
      'ProposalStated',
      'DuplicateClaimed',
      'TrackingCommandGiven',
      'NoteAdded',
    ],
  },
  {
    title: 'Who depends on what',
    types: ['RequirementStated', 'ConsumerRecorded', 'MitigationStated', 'FieldUseStated'],
  },
  { title: 'Tests and who runs them', types: ['CoverageChanged', 'TestRecorded', 'OutcomeAttributed'] },
  { title: 'What changes do', types: ['BehaviourSet', 'BehaviourDefined', 'InterfaceDescribed'] },
  {
    title: 'Changes and where they went',
    types: [
      'ChangeRecorded',
      'AliasRecorded',
      'ChangeEntered',
      'ChangeMerged',
      'BackportRecorded',
      'LineRecorded',
    ],
  },
];
const REST = 'Other statements';
/** A change of which much is new at once has its commit, its posting and its way into a release. */
const MOST_IDS = 6;

/** What was learnt, a list for each kind of statement; what is said of one thing stands in one place. */
export function learntBlocks(learnt: readonly Learnt[]): readonly Block[] {
  if (learnt.length === 0) return [];
  const kindOf = (e: Learnt) => KINDS.find((kind) => kind.types.includes(e.type))?.title ?? REST;
  const lists = [...KINDS.map((kind) => kind.title), REST].flatMap((title): readonly Block[] => {
    const of = learnt.filter((e) => kindOf(e) === title);
    if (of.length === 0) return [];
    const byType = KINDS.find((kind) => kind.title === title)?.types ?? [];
    const rank = (e: Learnt) => byType.indexOf(e.type);
    // What a thing is stands before what became of it.
    const things = [...grouped(of, (e) => e.about ?? e.id).values()].map((said) =>
      [...said].sort((a, b) => rank(a) - rank(b)),
    );
    // Changes are told in the order of their news; of the others the weightiest kind of statement comes first.
    if (!byType.includes('ChangeRecorded')) things.sort((a, b) => rank(a[0]!) - rank(b[0]!));
    return [
      { kind: 'text', says: [strong(title), `: ${of.length}`] },
      { kind: 'list', items: things.map(itemOf) },
    ];
  });
  return [{ kind: 'heading', says: `Learnt: ${learnt.length} statements` }, ...lists];
}

/** One thing: each day once, before what was said on it, with the events. */
function itemOf(said: readonly Learnt[]): readonly Inline[] {
  const byDay = grouped(said, (e) => (e.knownAt ?? 'unknown').slice(0, 10));
  return joined(
    [...byDay].map(([day, statements]) => [
      `${day} ${statements.map((e) => e.says).join('; ')} `,
      ...shortIds(
        statements.map((e) => e.id),
        MOST_IDS,
      ),
    ]),
    '; ',
  );
}
