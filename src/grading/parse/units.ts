import { divide, multiply, rational, whole, type Rational } from '../number.js';

/** Units that are known: the dimension, and the exact size in the dimension's first unit. */
const unitsByName = new Map<string, { dimension: string; size: Rational }>();

const define = (dimension: string, units: Record<string, number>): void => {
  for (const [names, size] of Object.entries(units))
    for (const name of names.split(' ')) unitsByName.set(name, { dimension, size: rational(BigInt(Math.round(size * 1e9)), 10n ** 9n) });
};

define('length', {
  'm meter meters metre metres 米': 1,
  'km kilometer kilometers kilometre kilometres 千米 公里': 1000,
  'cm centimeter centimeters centimetre centimetres 厘米': 0.01,
  'mm millimeter millimeters millimetre millimetres 毫米': 0.001,
  'dm decimeter decimeters 分米': 0.1,
  'in inch inches': 0.0254,
  'ft foot feet': 0.3048,
  'yd yard yards': 0.9144,
  'mi mile miles': 1609.344,
});
define('mass', {
  'g gram grams gm 克': 1,
  'kg kilogram kilograms 千克 公斤': 1000,
  'mg milligram milligrams': 0.001,
  'lb lbs pound pounds': 453.59237,
  'oz ounce ounces': 28.349523125,
});
define('time', {
  's sec secs second seconds 秒': 1,
  'min mins minute minutes 分钟': 60,
  'h hr hrs hour hours 小时 时': 3600,
  'day days 天 日': 86_400,
  'week weeks 周': 604_800,
});
define('volume', { 'L l liter liters litre litres 升': 1, 'ml mL milliliter milliliters 毫升': 0.001 });
define('money', { 'dollar dollars usd': 1, 'cent cents ¢': 0.01 });
unitsByName.set('mph', { dimension: 'length/time', size: rational(1_609_344n, 3_600_000n) });
for (const name of ['kmh', 'kph']) unitsByName.set(name, { dimension: 'length/time', size: rational(1000n, 3600n) });

/** Further words that only name what is counted or measured, short enough to be taken for a product of letters. */
const short = new Set(
  'mph kmh kph rpm bpm men man way ways cup cups egg eggs cat cats dog dogs car cars bus pie pies job jobs kid kids box boxes pen pens bag bags hat hats toy toys fan fans year yrs yr mo sq cu rs gal hz khz mhz ev pa kpa ohm mol amu'.split(
    ' ',
  ),
);

/** Single letters that are units when they stand after a number and a space. */
export const letterUnits = new Set(['m', 'g', 's', 'h', 'L', 'N', 'J', 'W', 'V', 'A', 'K', 'C', 'F']);

/** Words that multiply: "5 million". */
export const scaleWords = new Map(Object.entries({
  hundred: 100n, thousand: 1000n, million: 10n ** 6n, billion: 10n ** 9n, trillion: 10n ** 12n, dozen: 12n,
  hundreds: 100n, thousands: 1000n, millions: 10n ** 6n, billions: 10n ** 9n, trillions: 10n ** 12n, dozens: 12n,
  百: 100n, 千: 1000n, 万: 10_000n, 亿: 10n ** 8n,
})); // prettier-ignore

/** Words after a number that change what it says in a way this table does not know: such an answer is not read. */
export const changingWords = new Set(
  'half halves third thirds quarter quarters fifth fifths tenth tenths plus minus times over divided multiplied squared cubed root mod modulo not less more than or to point'.split(
    ' ',
  ),
);

export const isUnitWord = (word: string): boolean => unitsByName.has(word) || short.has(word.toLowerCase());

/** A unit as it compares: dimension with power (`length^2`) and size; unknown words have no dimension and agree with anything. */
export interface Unit {
  dimension: string | null;
  size: Rational;
}

const longestUnit = 60;

export function unitOf(text: string): Unit {
  if (text.length > longestUnit) return unknown;
  const words = text.replace(/[.,()$]/g, ' ').trim();
  const [top, bottom, ...more] = words.split(/\s*\/\s*|\s+per\s+/).map(simpleUnit) as [Unit, Unit | undefined, ...Unit[]];
  if (bottom === undefined || more.length > 0) return more.length > 0 ? unknown : top;
  const size = divide(top.size, bottom.size);
  return top.dimension === null || bottom.dimension === null || !size
    ? unknown
    : { dimension: `${top.dimension}/${bottom.dimension}`, size };
}

const unknown: Unit = { dimension: null, size: whole(1) };

function simpleUnit(words: string): Unit {
  const simple = /^(?:(square|sq|cubic|cu)\s+)?(\p{L}+)\s*(?:\^?\s*\{?([23])\}?)?$/u.exec(words);
  const found = simple && (unitsByName.get(simple[2]) ?? unitsByName.get(simple[2].toLowerCase()));
  if (!found) return unknown;
  const power = simple[3] ? Number(simple[3]) : simple[1] ? (simple[1].startsWith('s') ? 2 : 3) : 1;
  return {
    dimension: power === 1 ? found.dimension : `${found.dimension}^${power}`,
    size: Array.from({ length: power }, () => found.size).reduce(multiply),
  };
}
