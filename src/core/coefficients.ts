/**
 * Every method's gradient is E_(q,o)~D [ 1/|o| Σ_t GC(q, o, t) ∇ log π_θ(o_t | q, o_<t) ]. The methods differ in where the outputs come
 * from and in GC, the gradient coefficient. Those of imitation are here; of PPO and GRPO in objective.ts, of DPO in dpo.ts, of GSPO
 * in gspo.ts. Source: DeepSeekMath, section 5.2.1, table 10.
 */

/** SFT: every token of a curated output is imitated alike. Source: appendix A.1.1. */
export const sftCoefficient = 1;

/**
 * RFT and Online RFT: outputs that are right are imitated, the others ignored; they differ in who sampled them, the SFT model or the
 * current policy. Source: appendices A.1.2 and A.1.3.
 */
export const rftCoefficient = (right: boolean): number => (right ? 1 : 0);
