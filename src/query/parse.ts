/** A filter's text → its tree, or what is wrong with it, where, and what would be right. Never throws. */
import { compileExpression } from './expression.js';
import { tokens, type Token } from './lexer.js';
import { nearest, properties, propertyOf, type Property } from './properties.js';
import { comparisons, leaves, type Comparison, type Pattern, type PropertyName, type Span, type Tree } from './tree.js';
import { wordsOf } from './words.js';

export interface Problem extends Span {
  message: string;
  /** What would be right in the place of what stands there. */
  fix?: string;
}

export type Parsed = { tree: Tree; problem?: undefined } | { tree?: undefined; problem: Problem };

/** Of a filter's text; what is longer nobody wrote. */
const longestText = 10_000;
/** Parentheses and `not` within each other. */
const deepest = 100;
const mostConditions = 500;

export function parse(text: string): Parsed {
  if (text.length > longestText)
    return { problem: { message: `A filter has at most ${longestText} characters.`, start: longestText, end: text.length } };
  try {
    return { tree: new Parser(text).whole() };
  } catch (error) {
    if (error instanceof Fault) return { problem: error.problem };
    throw error;
  }
}

class Fault extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

type Name = Extract<Token, { kind: 'name' }>;

const keywords = ['and', 'or', 'not', 'in', 'is'];
const isComparison = (sign: string): sign is Comparison => (comparisons as readonly string[]).includes(sign);

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokens(text);
  }

  whole(): Tree {
    if (this.tokens.length === 0) return { kind: 'all', start: 0, end: this.text.length };
    const tree = this.alternatives();
    const left = this.next;
    if (left !== undefined) this.unexpected(left);
    if ([...leaves(tree)].length > mostConditions) this.fail(tree, `A filter has at most ${mostConditions} conditions.`);
    return tree;
  }

  private get next(): Token | undefined {
    return this.tokens[this.at];
  }

  private get endOfText(): Span {
    return { start: this.text.length, end: this.text.length };
  }

  private fail(span: Span, message: string, fix?: string): never {
    throw new Fault({ message, start: span.start, end: span.end, ...(fix !== undefined && { fix }) });
  }

  /** After a whole condition. */
  private unexpected(token: Token): never {
    if (token.kind === 'fault') this.fail(token, token.message);
    if (token.kind === 'sign' && token.sign === ')') this.fail(token, 'This ")" closes nothing.');
    this.fail({ start: token.start, end: token.start }, 'Between two conditions stands "and" or "or".', 'and ');
  }

  /** Takes the next token when it is this word. */
  private word(word: string): Token | undefined {
    const { next } = this;
    if (next?.kind !== 'name' || next.word.toLowerCase() !== word) return undefined;
    this.at++;
    return next;
  }

  private sign(sign: string): Token | undefined {
    const { next } = this;
    if (next?.kind !== 'sign' || next.sign !== sign) return undefined;
    this.at++;
    return next;
  }

  private alternatives(): Tree {
    return this.joined('or', () => this.joined('and', () => this.single()));
  }

  private joined(kind: 'and' | 'or', part: () => Tree): Tree {
    const parts = [part()];
    while (this.word(kind)) parts.push(part());
    return parts.length === 1 ? parts[0] : { kind, parts, start: parts[0].start, end: parts.at(-1)!.end };
  }

  private single(): Tree {
    const not = this.word('not');
    if (not !== undefined) {
      const part = this.deeper(not, () => this.single());
      return { kind: 'not', part, start: not.start, end: part.end };
    }
    const open = this.sign('(');
    if (open === undefined) return this.condition();
    const inner = this.deeper(open, () => this.alternatives());
    const close = this.sign(')');
    if (close === undefined) {
      if (this.next === undefined) this.fail(open, 'This "(" is not closed.');
      this.unexpected(this.next);
    }
    return inner;
  }

  private deeper(span: Span, inner: () => Tree): Tree {
    if (++this.depth > deepest) this.fail(span, `Conditions stand at most ${deepest} deep within each other.`);
    const tree = inner();
    this.depth--;
    return tree;
  }

  private condition(): Tree {
    const token = this.next;
    if (token === undefined) {
      const before = this.tokens.at(-1)!;
      this.fail(this.endOfText, `After "${this.text.slice(before.start, before.end)}" a condition is missing.`);
    }
    this.at++;
    switch (token.kind) {
      case 'fault':
        return this.fail(token, token.message);
      case 'string':
        return this.words(token);
      case 'expression':
        return this.fail(token, 'A regular expression stands after "text ~".', `text ~ ${this.text.slice(token.start, token.end)}`);
      case 'number':
        return this.fail(token, 'A condition begins with the name of a property, as in step = 42.');
      case 'sign':
        return this.fail(token, `A condition is missing before "${token.sign}".`);
      case 'name':
        return token.word === 'label' && this.sign(':') ? this.label(token) : this.about(token);
    }
  }

  private words(token: Extract<Token, { kind: 'string' }>): Tree {
    if (wordsOf(token.text).length === 0)
      this.fail(
        token,
        'There is no word in these quotes. A text letter by letter is sought with text ~.',
        `text ~ ${this.text.slice(token.start, token.end)}`,
      );
    return { kind: 'words', text: token.text, start: token.start, end: token.end };
  }

  private label(label: Name): Tree {
    const name = this.next;
    if (name?.kind !== 'name' && name?.kind !== 'string')
      return this.fail(name ?? this.endOfText, 'After "label:" the name of a label is missing.');
    this.at++;
    return { kind: 'label', label: name.kind === 'name' ? name.word : name.text, start: label.start, end: name.end };
  }

  private about(token: Name): Tree {
    const name = this.nameOf(token);
    const property = propertyOf(name)!;
    const sign = this.next;
    if (this.word('is')) return this.knowledge(token, name);
    if (this.word('in')) return this.range(token, name, property);
    if (sign?.kind === 'sign' && sign.sign === '~') return this.match(token, name, property);
    if (sign?.kind === 'sign' && isComparison(sign.sign)) return this.comparison(token, name, property, sign.sign);
    if (property.type === 'flag') return { kind: 'flag', property: name, start: token.start, end: token.end };
    if (sign?.kind === 'fault') this.fail(sign, sign.message);
    return this.fail(token, `What of ${token.word}? ${hint(property, token.word)}`);
  }

  private nameOf(token: Name): PropertyName {
    const { parts, word } = token;
    const whole = propertyOf({ name: parts.join('.') });
    if (whole !== undefined) return { name: whole.name };
    const name: PropertyName = { name: parts[0], key: parts.slice(1).join('.') };
    if (name.key !== '' && propertyOf(name)) return name;
    if (keywords.includes(word.toLowerCase())) this.fail(token, `A condition is missing before "${word}".`);
    const family = properties.find((p) => p.keyed && p.name === word);
    if (family !== undefined)
      this.fail(token, `Which of ${word}? Its name follows after a point, as in ${word}.format or ${word}."two words".`);
    const near = nearest(
      word,
      properties.filter((p) => p.keyed !== true).map((p) => p.name),
    );
    if (near !== undefined) this.fail(token, `There is no property "${word}"; did you mean ${near}?`, near);
    return this.fail(token, `There is no property "${word}". Words of the text stand in quotes: "${word}".`, `"${word}"`);
  }

  private knowledge(token: Name, property: PropertyName): Tree {
    const { next } = this;
    const known = this.word('known') !== undefined;
    if (!known && !this.word('unknown')) this.fail(next ?? this.endOfText, 'After "is" stands "known" or "unknown".');
    return { kind: 'known', property, known, start: token.start, end: this.tokens[this.at - 1].end };
  }

  private range(token: Name, name: PropertyName, property: Property): Tree {
    if (property.type !== 'number' && property.type !== 'any')
      this.fail(token, `${token.word} is no number: it is in no range. ${hint(property, token.word)}`);
    const from = this.number();
    if (!this.sign('..'))
      this.fail(this.next ?? this.endOfText, 'A range is written A..B; both ends belong to it, either may be left out.');
    const to = this.number();
    const end = this.tokens[this.at - 1];
    if (from === null && to === null) this.fail(end, 'A range needs an end: A..B, A.. or ..B.');
    if (from !== null && to !== null && from > to)
      this.fail(
        { start: token.start, end: end.end },
        `Nothing is in ${from}..${to}; the smaller end stands first.`,
        `${token.word} in ${to}..${from}`,
      );
    return { kind: 'range', property: name, from, to, start: token.start, end: end.end };
  }

  private number(): number | null {
    const { next } = this;
    if (next?.kind !== 'number') return null;
    this.at++;
    return next.value;
  }

  private match(token: Name, property: PropertyName, { type }: Property): Tree {
    const tilde = this.next!;
    this.at++;
    if (type !== 'text' && type !== 'any') this.fail(tilde, `"~" seeks in texts; ${token.word} is none.`);
    const sought = this.next;
    if (sought?.kind === 'fault') this.fail(sought, sought.message);
    if (sought?.kind !== 'string' && sought?.kind !== 'expression')
      return this.fail(sought ?? this.endOfText, 'After "~" stands a regular expression, /wait/i, or a text letter by letter, "wait".');
    this.at++;
    return { kind: 'match', property, pattern: this.pattern(sought), start: token.start, end: sought.end };
  }

  private pattern(sought: Extract<Token, { kind: 'string' | 'expression' }>): Pattern {
    if (sought.kind === 'string') {
      if (sought.text === '') this.fail(sought, 'An empty text is in every text.');
      return { kind: 'substring', text: sought.text };
    }
    const compiled = compileExpression(sought.source, sought.flags);
    if ('problem' in compiled) this.fail(sought, `This cannot be sought: ${compiled.problem}.`);
    return { kind: 'expression', source: sought.source, flags: sought.flags };
  }

  private comparison(token: Name, name: PropertyName, property: Property, is: Comparison): Tree {
    const sign = this.next!;
    this.at++;
    const value = this.next;
    if (value?.kind === 'fault') this.fail(value, value.message);
    if (value?.kind !== 'number' && value?.kind !== 'string' && value?.kind !== 'name')
      return this.fail(value ?? this.endOfText, `After "${is}" a value is missing.`);
    this.at++;
    const span = { start: token.start, end: value.end };
    const { type } = property;
    if (type === 'flag') {
      const no = /^(false|no|0)$/i.test(this.text.slice(value.start, value.end)) !== (is === '!=');
      return this.fail(span, `${token.word} is true or false: it stands alone, or after "not".`, no ? `not ${token.word}` : token.word);
    }
    if (type === 'number' || (type === 'any' && value.kind === 'number')) {
      if (value.kind !== 'number')
        return this.fail(value, `${token.word} is a number${property.unit === undefined ? '' : ` (${property.unit})`}; this is none.`);
      return { kind: 'number', property: name, is, value: value.value, ...span };
    }
    if (is !== '=' && is !== '!=') return this.fail(sign, `Texts are compared with "=" and "!="; ${token.word} has no order.`);
    const text = value.kind === 'string' ? value.text : this.text.slice(value.start, value.end);
    if (property.choices && !property.choices.includes(text)) {
      const near = nearest(text, property.choices);
      this.fail(
        value,
        `${token.word} is one of ${property.choices.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
        near,
      );
    }
    return { kind: 'text', property: name, is, value: text, ...span };
  }
}

/** What can be asked of it. */
function hint({ type, choices }: Property, word: string): string {
  if (type === 'number') return `Write ${word} > 0, or ${word} in 1..2, or ${word} is unknown.`;
  if (type === 'choice') return `Write ${word} = ${choices?.[0] ?? ''}, or ${word} is unknown.`;
  if (type === 'flag') return `Write ${word}, or not ${word}.`;
  return `Write ${word} = "42", or ${word} ~ "part of it", or ${word} ~ /wait/i.`;
}
