/**
 * Exponential moving average with bias correction, so that the first values are not pulled towards zero:
 * m_t = w·m_{t−1} + (1 − w)·y_t, shown as m_t / (1 − wᵗ).
 * @param weight w in [0, 1); 0 returns the values themselves
 * Source: Kingma and Ba, Adam, section 3 (initialisation bias correction).
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  let average = 0;
  let correction = 1;
  return values.map((value) => {
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}
