/** The paradigm: every method as a data source, a reward and a gradient coefficient. Source: DeepSeekMath, section 5.2.1, table 10. */

export interface MethodRow {
  /** Names that runs carry. */
  names: readonly string[];
  label: string;
  data: string;
  reward: string;
  /** GC, in LaTeX. */
  coefficient: string;
  online: boolean;
}

/** What the coefficient stands in. */
export const gradient =
  '\\nabla_\\theta J = \\mathbb{E}_{(q,o)\\sim\\mathcal{D}}\\left[\\frac{1}{|o|}\\sum_{t=1}^{|o|} GC(q,o,t)\\,\\nabla_\\theta\\log\\pi_\\theta(o_t\\mid q,o_{<t})\\right]';

export const paradigm: readonly MethodRow[] = [
  { names: ['sft'], label: 'SFT', data: 'curated (q, o)', reward: 'none', coefficient: '1', online: false },
  {
    names: ['rft'],
    label: 'RFT',
    data: 'samples of the SFT model',
    reward: 'rule',
    coefficient: '\\mathbb{I}(o) = \\begin{cases}1 & \\text{right}\\\\ 0 & \\text{wrong}\\end{cases}',
    online: false,
  },
  {
    names: ['dpo'],
    label: 'DPO',
    data: 'pairs (o⁺, o⁻) of samples of the SFT model',
    reward: 'rule',
    coefficient:
      '\\pm\\,\\sigma\\!\\left(\\beta\\log\\tfrac{\\pi_\\theta(o^-)}{\\pi_{\\mathrm{ref}}(o^-)} - \\beta\\log\\tfrac{\\pi_\\theta(o^+)}{\\pi_{\\mathrm{ref}}(o^+)}\\right)',
    online: false,
  },
  {
    names: ['online-rft'],
    label: 'Online RFT',
    data: 'samples of the current policy',
    reward: 'rule',
    coefficient: '\\mathbb{I}(o)',
    online: true,
  },
  {
    names: ['ppo'],
    label: 'PPO',
    data: 'samples of the current policy',
    reward: 'learned model or rule, with the KL penalty in it',
    coefficient: 'A_t\\ \\text{(GAE over } V_\\psi)',
    online: true,
  },
  {
    names: ['grpo'],
    label: 'GRPO',
    data: 'groups of the current policy',
    reward: 'learned model or rule',
    coefficient: '\\hat A_{i,t} + \\beta\\left(\\tfrac{\\pi_{\\mathrm{ref}}(o_t)}{\\pi_\\theta(o_t)} - 1\\right)',
    online: true,
  },
];
