/**
 * Asks for many things, so many at a time.
 * @returns the answers in the order of the items; fails with the first that fails
 */
export async function inTurn<T, R>(atOnce: number, items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      answers[i] = await ask(items[i]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return answers;
}
