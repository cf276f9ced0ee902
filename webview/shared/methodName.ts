/** What people call a method: `pre-training`, `SFT`, `GRPO`; longer names stay as they are. */
export const methodName = (method: string): string =>
  method === 'pretrain' ? 'pre-training' : method.length <= 10 ? method.toUpperCase() : method;
