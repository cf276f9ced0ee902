/**
 * Exponential moving average with bias correction, so that the first values are not pulled towards zero: m_t = w·m_{t−1} + (1 − w)·y_t,
 * shown as m_t / (1 − wᵗ), where t counts the values there are. It is to be computed over all values, before any are left out for drawing:
 * then the curve is the same however much of it is shown.
 * @param values y; NaN where there is no value, which is skipped and stays NaN in the result
 * @param weight w in [0, 1); 0 returns the values themselves
 * Source: Kingma and Ba, Adam, section 3 (initialisation bias correction).
 */
export function movingAverage(values: Float64Array, weight: number): Float64Array {
  let average = 0;
  let correction = 1;
  return values.map((value) => {
    if (Number.isNaN(value)) return NaN;
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
}
