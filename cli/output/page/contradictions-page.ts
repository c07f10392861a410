import { optional } from '../../../store/optional-text.ts';
import type { ContradictionsDocument } from '../../../queries/knowledge/contradictions.ts';
import { code, type Block, type Inline, type Page } from './page.ts';
import { shortId } from '../words.ts';
import { shortIds } from './inline-words.ts';
import type { Contradiction } from '../../../queries/knowledge/contradiction.ts';

const KIND: Readonly<Record<Contradiction['kind'], string>> = {
  versions: 'One source, two versions',
  dispute: 'Disputed',
  'claim-claim': 'Claim against claim',
  'claim-observation': 'Test against claim',
  'claim-prediction': 'Claim against records',
  'prediction-observation': 'Test against records',
  'ci-ci': 'Run against run',
  compilers: 'Compiler against compiler',
  culprits: 'Two culprits',
};

/** Lays out contradictions with both sides and what would settle them. */
export function contradictionsPage({ contradictions, asOf }: ContradictionsDocument): Page {
  return {
    title: `Contradictions${optional(' as of ', asOf)}`,
    blocks:
      contradictions.length === 0
        ? [{ kind: 'text', says: ['Nothing that is known contradicts anything else.'] }]
        : contradictions.flatMap(contradictionBlocks),
  };
}

/** One contradiction: a heading, and a list of its sides. */
export function contradictionBlocks(c: Contradiction): readonly Block[] {
  const sides = c.sides.map(({ says, evidence }): readonly Inline[] =>
    // Reasons of suspects name their events themselves.
    evidence.length > 0 && evidence.every((id) => says.includes(`[${shortId(id)}]`))
      ? [says]
      : [`${says} `, ...shortIds(evidence)],
  );
  const end: readonly Inline[] =
    c.settledBy !== null
      ? ['Settled by ', code(shortId(c.settledBy))]
      : [`To settle it: ${c.settles} `, ...shortIds(c.settlesBy)];
  return [
    { kind: 'heading', says: `${KIND[c.kind]}: ${c.about}` },
    { kind: 'list', items: [...sides, end] },
  ];
}
