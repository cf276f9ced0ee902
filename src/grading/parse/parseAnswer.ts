import { LimitError, limits } from '../limits.js';
import { divide, order, whole } from '../number.js';
import { chineseNumber } from './chinese.js';
import { clean } from './clean.js';
import { Cursor } from './cursor.js';
import { numeric } from './build.js';
import { Expression, isModulo } from './expression.js';
import { functions, relations } from './names.js';
import { num, type Node, type RelationSign } from './node.js';
import { tokenize, type Reading } from './lexer.js';
import { changingWords, scaleWords, unitOf } from './units.js';
import { normalText, numberInWords } from './textWords.js';

/**
 * Reads an answer (LaTeX, plain text or a mixture) into a tree.
 * @throws ParseError when it is in no known notation, LimitError when it is too large
 */
export function parseAnswer(text: string, reading: Reading = { comma: 'thousands' }): Node {
  if (text.length > limits.characters) throw new LimitError(`it has more than ${limits.characters} characters`);
  const cleaned = clean(text);
  const plain = cleaned.replaceAll('$', '');
  if (text.length <= longestAmount && money.test(text)) {
    const amount = new AnswerParser(new Cursor(tokenize(cleaned, reading)), cleaned).answer();
    if (numeric(amount)) return { k: 'unit', a: amount, unit: 'dollars' };
  }
  return (
    clock(plain) ??
    chinese(cleaned) ??
    english(cleaned) ??
    prose(cleaned) ??
    new AnswerParser(new Cursor(tokenize(cleaned, reading)), cleaned).answer()
  );
}

const longestAmount = 40;
/** An amount with its sign and nothing else: $5.20, -\$1,250. Between two dollars it would be a formula. */
const money = /^\s*(?:\$?\s*[-−]?\s*\\\$\s*[-−]?[\d.,{}]+[.\s]*\$?|[-−]?\s*\$\s*[-−]?[\d.,]+)[.\s]*$/;

/** 4:30 p.m.; without am or pm it may be a ratio. */
function clock(text: string): Node | undefined {
  const found = /^(?:\\text\s*\{)?\s*(\d{1,2}):([0-5]\d)\s*(?:\\[,; ])?\s*(?:\\text\s*\{)?\s*([ap])\.?\s?m\.?\s*\}?$/i.exec(text);
  if (!found) return undefined;
  return { k: 'time', hour: Number(found[1]), minute: Number(found[2]), half: found[3].toLowerCase() === 'a' ? 'am' : 'pm' };
}

function chinese(text: string): Node | undefined {
  if (text === '' || text.charCodeAt(0) < 0x3400 || text.length > 60) return undefined;
  const value = chineseNumber(text);
  return value && (value.percent ? { k: 'percent', a: num(value.value) } : num(value.value));
}

function english(text: string): Node | undefined {
  const value = /^[a-zA-Z]{3}/.test(text) ? numberInWords(text) : undefined;
  return value === undefined ? undefined : num(whole(value));
}

const proseOnly = /^[\p{L}\s'’,.!?-]+$/u;

/** Words without mathematics. */
function prose(text: string): Node | undefined {
  if (!proseOnly.test(text)) return undefined;
  const words = text.match(/\p{L}+/gu) ?? [];
  const speaks = (w: string): boolean =>
    w.length >= 3 && !functions.has(w) && !/^(?:and|inf|infinity|percent|pct)$/i.test(w) && !(w.length === 3 && words.length === 1);
  return words.some(speaks) || /^(?:no|yes|true)$/i.test(text) ? { k: 'text', text: normalText(text) } : undefined;
}

const filler =
  /^(?:about|approximately|approx|roughly|around|exactly|only|just|nearly|almost|the|a|an|total|of|answer|final|is|be|therefore|thus|so|hence|约|大约|共|一共|答案|是|为|答)$/i;

class AnswerParser extends Expression {
  /** The whole answer: one value, or a list of them. Semicolons part more strongly than commas. */
  answer(): Node {
    const groups: Node[] = [];
    do groups.push(this.group1());
    while (this.c.skip(';', '\\\\') && !this.c.atEnd);
    if (!this.c.atEnd) this.c.fail('something follows the answer');
    return groups.length === 1 ? groups[0] : { k: 'list', args: groups };
  }

  private group1(): Node {
    const args: Node[] = [this.member()];
    let or = false;
    for (;;) {
      const found = this.separator();
      if (!found) break;
      or ||= found === 'or';
      if (this.c.atEnd || this.c.at(';', '\\\\')) break;
      if (args.length >= limits.members) throw new LimitError('it has too many members');
      args.push(this.member());
    }
    return args.length === 1 ? args[0] : { k: 'list', args: shareModulus(args), ...(or && { or }) };
  }

  private separator(): 'or' | 'and' | undefined {
    let found: 'or' | 'and' | undefined;
    for (;;) {
      const { t, s } = this.c.token;
      const word = (t === 'word' || t === 'text') && /^(?:and|or|和|或|与)$/i.test(s);
      if (word || this.c.at(',', '\\land', '\\lor', '\\wedge', '\\vee', '&')) {
        const or = this.c.at('\\lor', '\\vee') || /^(?:or|或)$/i.test(s);
        this.c.next();
        found = or ? 'or' : (found ?? 'and');
      } else return found;
    }
  }

  /** A value or a chain of relations. */
  override member(): Node {
    const args = [this.operand()];
    const signs: RelationSign[] = [];
    for (;;) {
      const sign = this.relationSign();
      if (!sign) break;
      signs.push(sign);
      args.push(this.operand());
    }
    const modulus = this.modulus();
    if (modulus)
      return signs.every((s) => s === '=') ? { k: 'congruence', args, modulus } : this.c.fail('a modulus belongs to a congruence');
    return signs.length === 0 ? args[0] : { k: 'relation', args, signs };
  }

  /** \pmod{7}, \bmod 7, (mod 7) */
  private modulus(): Node | undefined {
    const bracket = this.c.at('(') && isModulo(this.c.peek());
    if (!bracket && !isModulo(this.c.token)) return undefined;
    if (bracket) this.c.next();
    this.c.next();
    const modulus = this.sum();
    if (bracket) this.c.expect(')');
    return modulus;
  }

  private relationSign(): RelationSign | undefined {
    const { t, s } = this.c.token;
    const sign = t === 'sign' || t === 'cmd' ? relations.get(s) : t === 'word' && /^(?:is|are|equals)$/i.test(s) ? '=' : undefined;
    if (sign === undefined) return undefined;
    this.c.next();
    while (this.c.skip('=', '&')); // "= =" across a line of an aligned environment
    return sign;
  }

  private operand(): Node {
    while ((this.c.token.t === 'text' || this.c.token.t === 'word') && (this.fills() || this.heads())) this.c.next();
    this.c.skip('&');
    let left = this.withUnit(differenceOfSets(this.ratio()));
    for (;;) {
      const op = this.setOperator();
      if (!op) return left;
      const right = differenceOfSets(this.sum());
      const same = left.k === 'set operation' && left.op === op && op !== '∖';
      left = { k: 'set operation', op, args: same ? [...(left as { args: Node[] }).args, right] : [left, right] };
    }
  }

  /** Words such as "approximately" before a value say nothing about it. */
  private fills(): boolean {
    const words = this.c.token.s
      .replace(/[^\p{L}]+/gu, ' ')
      .trim()
      .split(' ');
    const next = this.c.peek();
    return (
      !/\d/.test(this.c.token.s) &&
      words.every((w) => filler.test(w)) &&
      next.t !== 'end of text' &&
      !relations.has(next.s) &&
      (this.c.token.s.length > 1 || next.t === 'word')
    );
  }

  /** \text{Probability: } before a value names it. */
  private heads(): boolean {
    const { t, s } = this.c.token;
    return t === 'text' && /\p{L}\s*[:：]$/u.test(s) && !/\d/.test(s) && this.c.peek().t !== 'end of text';
  }

  private setOperator(): '∪' | '∩' | '∖' | undefined {
    if (this.c.skip('\\cup', '\\bigcup')) return '∪';
    if (this.c.skip('\\cap', '\\bigcap')) return '∩';
    if (this.c.skip('\\setminus', '\\backslash')) return '∖';
    const { t, s } = this.c.token;
    if (t !== 'word' || (s !== 'U' && s !== 'u')) return undefined;
    this.c.next();
    return '∪';
  }

  private ratio(): Node {
    const args = [this.sum()];
    while (!this.insideSet && (this.c.at(':', '\\colon') || this.toWord())) {
      this.c.next();
      args.push(this.sum());
    }
    return args.length === 1 ? args[0] : { k: 'ratio', args };
  }

  private toWord(): boolean {
    const { t, s } = this.c.token;
    return (t === 'word' || t === 'text') && s === 'to' && this.c.peek().t === 'num';
  }

  /** Words after a value: its unit, or what is counted. */
  private withUnit(value: Node): Node {
    const words: string[] = [];
    for (;;) {
      const { t, s } = this.c.token;
      if (t === 'text' && !/^(?:and|or|和|或|与|mod|modulo)$/i.test(s)) words.push(this.c.next().s);
      else if (
        t === 'word' &&
        words.length + (numeric(value) || value.k === 'text' ? 1 : 0) > 0 &&
        !/^(?:and|or|U|is|are|equals|mod|modulo)$/.test(s)
      )
        words.push(this.c.next().s);
      else if (words.length > 0 && this.c.at('.', '/', '-', "'")) words.push(this.c.next().s === '/' ? 'per' : '');
      else if (words.length > 0 && this.c.at('^')) words.push(`^${this.unitPower()}`);
      else if (words.length > 0 && this.c.at('(')) this.skipGroupOf();
      else break;
    }
    if (words.length === 0) return value;
    // 12 \text{ dollars and } 50 \text{ cents}
    const named = words.join(' ').trim();
    const unit = this.c.token.t === 'num' && named.endsWith(' and') ? named.slice(0, -4).trimEnd() : named;
    if (/^degrees?$/i.test(unit) && numeric(value)) return { k: 'degree', a: value };
    if (value.k === 'text') return { k: 'text', text: normalText(`${value.text} ${unit}`) };
    if (
      unit.split(/[^\p{L}]+/u).some((w) => changingWords.has(w.toLowerCase()) || (scaleWords.has(w.toLowerCase()) && !scaleWords.has(unit)))
    )
      this.c.fail('the words after the number change it');
    return this.withSmallerUnit({ k: 'unit', a: value, unit });
  }

  /** 2 hours 30 minutes, 5 feet and 6 inches: a value in two units of one dimension, the larger first. */
  private withSmallerUnit(larger: Node & { k: 'unit' }): Node {
    const { dimension, size } = unitOf(larger.unit);
    if (dimension === null) return larger;
    const more = this.c.attempt(() => {
      if (this.c.token.t === 'word' && this.c.token.s === 'and') this.c.next();
      if (this.c.token.t !== 'num') return undefined;
      const smaller = this.withUnit(this.sum());
      const unit = smaller.k === 'unit' ? unitOf(smaller.unit) : undefined;
      const part = unit?.dimension === dimension && order(unit.size, size) < 0 ? divide(unit.size, size) : undefined;
      if (!part || smaller.k !== 'unit') return undefined;
      const inLarger: Node = { k: 'mul', args: [smaller.a, num(part)] };
      return inLarger;
    });
    return more ? { ...larger, a: { k: 'add', args: [larger.a, more] } } : larger;
  }

  private unitPower(): string {
    this.c.next();
    const power = this.argument();
    return power.k === 'num' ? String(power.value.numerator) : this.c.fail('a unit to a power');
  }

  /** A remark in brackets after a unit. */
  private skipGroupOf(): void {
    while (!this.c.atEnd && !this.c.skip(')')) this.c.next();
  }

  protected override named(text: string): Node {
    const value = chineseNumber(text);
    if (value) return num(value.value);
    const english = numberInWords(text);
    return english === undefined ? { k: 'text', text: normalText(text) } : num(whole(english));
  }
}

/** x ≡ 1, 5 (mod 6) says x ≡ 1 (mod 6) or x ≡ 5 (mod 6). */
function shareModulus(args: Node[]): Node[] {
  const [first, last] = [args[0], args[args.length - 1]];
  if (last.k !== 'congruence' || last.args.length !== 1 || first.k !== 'relation') return args;
  const [name, ...values] = first.args;
  const residues = [...values.slice(-1), ...args.slice(1, -1), last.args[0]];
  if (first.signs.some((s) => s !== '=') || residues.some((r) => r.k === 'relation' || r.k === 'congruence')) return args;
  return residues.map((r) => ({ k: 'congruence', args: [name, r], modulus: last.modulus }));
}

/** ℝ − {0} */
function differenceOfSets(node: Node): Node {
  if (node.k !== 'add' || node.args.length !== 2 || node.args[1].k !== 'neg') return node;
  const [a, b] = [node.args[0], node.args[1].a];
  return (a.k === 'named set' || a.k === 'tuple') && b.k === 'set' ? { k: 'set operation', op: '∖', args: [a, b] } : node;
}
