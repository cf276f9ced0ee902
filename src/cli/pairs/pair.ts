import { z } from 'zod';
import { messageOf } from '../../core/messageOf.js';
import { conventions } from '../../grading/extract/conventions.js';
import type { GradeOptions } from '../../grading/grade.js';

/** A gold answer and a prediction: answers, or whole texts that state them. */
export interface Pair {
  gold: string;
  pred: string;
  options: GradeOptions;
}

const answer = z.union([z.string(), z.number().transform(String)]);
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

/** Names of the options are Math-Verify's. What is not known is left out. */
const line = z.object({
  gold: answer,
  pred: answer,
  options: optional(
    z.object({
      /** `latex`, `expr`, `string`; Math-Verify's own settings may follow in brackets. */
      extraction: optional(z.array(z.string())),
      /** Ours: how the benchmark's solutions state their answers. */
      convention: optional(z.enum(conventions)),
      precision: optional(z.number().int()),
      strict: optional(z.boolean()),
      allow_set_relation_comp: optional(z.boolean()),
    }),
  ),
});

/** @throws Error that says what is wrong with the line */
export function parsePair(text: string): Pair {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`It is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = line.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new Error(`It is not {"gold", "pred", "options"?}: ${path.join('.') || 'the line'}: ${message}`);
  }
  const { gold, pred, options } = parsed.data;
  const precision = options?.precision;
  const strict = options?.strict;
  const convention = options?.convention;
  const setRelation = options?.allow_set_relation_comp;
  const extraction = options?.extraction?.map(notation).filter((n) => n !== undefined) ?? [];
  return {
    gold,
    pred,
    options: {
      ...(extraction.length > 0 && { extraction }),
      ...(convention !== undefined && { convention }),
      ...(precision !== undefined && { precision }),
      ...(strict !== undefined && { strict }),
      ...(setRelation !== undefined && { setRelation }),
    },
  };
}

const notation = (name: string): 'latex' | 'expr' | 'string' | undefined =>
  (['latex', 'expr', 'string'] as const).find((known) => name.trim().toLowerCase().startsWith(known));
