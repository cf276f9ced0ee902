import type { Offer } from '../target.js';

/** Fields of sinfo: partition, availability, nodes (allocated/idle/other/total), cores, MiB and generic resources of each node. */
export const offerFormat = '%R|%a|%F|%c|%m|%G';

/** A row for each partition and kind of node. Numbers that differ between nodes (`64+`) count as the smallest. */
export const offersOf = (answer: string): Offer[] =>
  answer
    .split('\n')
    .map((line) => line.trim().split('|'))
    .filter((fields) => fields.length === 6)
    .map(([name, availability, nodes, cpus, memory, gres]) => {
      const [, idle, , total] = nodes.split('/');
      return {
        name,
        state: `${availability}, ${idle} of ${total} nodes idle`,
        cpus: numberOf(cpus),
        memoryBytes: (numberOf(memory) ?? NaN) * 1024 ** 2 || null,
        gpus: gres === '(null)' ? [] : gres.split(/,(?![^(]*\))/).filter((each) => each.startsWith('gpu')),
      };
    });

const numberOf = (text: string): number | null => {
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? null : value;
};
