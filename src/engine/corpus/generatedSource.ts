import type { TextSource } from '../../experiment/mixtureSchema.js';
import { Random } from '../random.js';
import type { Split } from '../tasks/taskQuestions.js';
import { documentSplit } from './documentSplit.js';
import { algebra } from './text/algebraText.js';
import { arxiv } from './text/arxiv.js';
import { code } from './text/code.js';
import { mathWeb } from './text/mathWeb.js';
import { prose } from './text/prose.js';
import type { DocumentSource } from './textSource.js';
import type { TextGenerator } from './text/text.js';

/** Raise it when a generator says something else: checkpoints made before then do not continue. */
const version = 1;

/** So many documents in a row of other splits, or that are known already, mean that there is no other. */
const patience = 20_000;

/** A document of one split, or undefined when this draw is of another. */
type Draw = (random: Random, split: Split) => string | undefined;

/** Document n is drawn from a stream of its own. */
export function generatedSource(source: TextSource, heldOutFraction: number, seed: number): DocumentSource {
  const draw = drawOf(source, heldOutFraction);
  const document = (n: number): string | undefined => draw(Random.derive(seed, `${source}/${n}`), 'train');
  return {
    fingerprint: `${source} ${version}`,
    next({ at }) {
      for (let n = at; n < at + patience; n++) {
        const text = document(n);
        if (text !== undefined) return { text, next: { file: 0, at: n + 1 } };
      }
      throw new Error(`${patience} documents of ${source} were all held out: choose a data.held_out_fraction nearer to 0.1.`);
    },
    heldOut(split, size) {
      const random = Random.derive(0, `${split}/${source}`);
      const found = new Set<string>();
      for (let misses = 0; found.size < size && misses < patience;) {
        const known = found.size;
        const text = draw(random, split);
        if (text !== undefined) found.add(text);
        misses = found.size > known ? 0 : misses + 1;
      }
      return [...found];
    },
  };
}

function drawOf(source: TextSource, heldOutFraction: number): Draw {
  if (source === 'math-web') return (random, split) => mathWeb(random, split, heldOutFraction);
  const write: TextGenerator = { algebra, arxiv, code, prose }[source];
  return (random, split) => {
    const text = write(random);
    return documentSplit(text, heldOutFraction) === split ? text : undefined;
  };
}
