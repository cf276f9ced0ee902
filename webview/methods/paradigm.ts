/** The paradigm: every method as a data source, a reward and a gradient coefficient. Source: DeepSeekMath, section 5.2.1, table 10. */
import { methodNames, methods, type MethodName, type Paradigm } from '../../src/core/methods.js';

export interface MethodRow extends Paradigm {
  name: MethodName;
  label: string;
}

/** What the coefficient stands in. */
export const gradient =
  '\\nabla_\\theta J = \\mathbb{E}_{(q,o)\\sim\\mathcal{D}}\\left[\\frac{1}{|o|}\\sum_{t=1}^{|o|} GC(q,o,t)\\,\\nabla_\\theta\\log\\pi_\\theta(o_t\\mid q,o_{<t})\\right]';

export const paradigm: readonly MethodRow[] = methodNames.flatMap((name) => {
  const { label, paradigm } = methods[name];
  return paradigm ? [{ name, label, ...paradigm }] : [];
});
