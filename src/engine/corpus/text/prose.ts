import type { Random } from '../../random.js';
import { capitalised, type TextGenerator } from './text.js';

const people = [
  { name: 'Mia', she: 'she', her: 'her' },
  { name: 'Tom', she: 'he', her: 'his' },
  { name: 'Ana', she: 'she', her: 'her' },
  { name: 'Ben', she: 'he', her: 'his' },
  { name: 'Zoe', she: 'she', her: 'her' },
  { name: 'Leo', she: 'he', her: 'his' },
] as const;
type Person = (typeof people)[number];

const places = ['market', 'library', 'lake', 'station', 'garden', 'bakery', 'school', 'museum', 'harbour', 'park'];
const times = ['in the morning', 'after lunch', 'on Monday', 'late in the evening', 'before breakfast', 'at noon', 'on a cold day'];
const weathers = ['raining', 'warm', 'windy', 'snowing', 'cloudy', 'already dark', 'very quiet'];
const things = ['an umbrella', 'a map', 'a basket', 'two books', 'a small bag', 'some bread', 'a lamp', 'a letter'];
const friends = ['an old friend', 'a neighbour', 'the baker', 'a teacher', 'two children', 'a fisherman', 'a gardener'];
const animals = ['dog', 'cat', 'horse', 'bird', 'fox', 'goat'];
const colours = ['brown', 'white', 'grey', 'black', 'small', 'young'];
const acts = ['slept under a tree', 'looked at the water', 'ran across the road', 'waited at the door', 'followed them home'];
const moods = ['happy', 'tired', 'hungry', 'surprised', 'proud', 'curious'];

type Sentence = (p: Person, place: string, r: Random) => string;

const opening: Sentence[] = [
  (p, place, r) => `${p.name} walked to the ${place} ${r.pick(times)}`,
  (p, place, r) => `${capitalised(r.pick(times))} ${p.name} went to the ${place}`,
  (p, place) => `${p.name} had never been to the ${place} before`,
];

const middle: Sentence[] = [
  (p, _, r) => `it was ${r.pick(weathers)}, so ${p.she} took ${r.pick(things)}`,
  (p, place, r) => `at the ${place} ${p.she} met ${r.pick(friends)}, and they talked for a while`,
  (_, place, r) => `a ${r.pick(colours)} ${r.pick(animals)} ${r.pick(acts)} near the ${place}`,
  (p, _, r) => `${p.she} had left ${r.pick(things)} at home and had to go back`,
  (p, _, r) => `${p.name} was ${r.pick(moods)}, but ${p.she} said nothing`,
  (p, place, r) => `nobody at the ${place} had seen ${p.her} ${r.pick(animals)}`,
  (p, _, r) => `then ${p.she} gave ${r.pick(things)} to ${r.pick(friends)}`,
];

const ending: Sentence[] = [
  (p, place, r) => `when ${p.she} left the ${place}, ${p.she} was ${r.pick(moods)}`,
  (p, _, r) => `${r.pick(times)} ${p.she} told ${p.her} family about it`,
  (p, place, r) => `${p.name} and ${r.pick(friends)} will meet at the ${place} again`,
];

/** Plain sentences about somebody's day: what stands for natural language. */
export const prose: TextGenerator = (r) => {
  const person = r.pick(people);
  const place = r.pick(places);
  // Nothing is told twice.
  const left = [...middle];
  const between = Array.from({ length: r.integer(2, 5) }, () => left.splice(r.integer(0, left.length - 1), 1)[0]);
  const sentences = [r.pick(opening), ...between, r.pick(ending)];
  return sentences.map((sentence) => `${capitalised(sentence(person, place, r))}.`).join(' ');
};
