import type { RelationSign } from './node.js';

/** Functions by every name they are written under. */
export const functions = new Map<string, string>(
  (
    'sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh ln log lg exp det gcd lcm max min arg Re Im deg sgn sign abs floor ceil asin=arcsin acos=arccos ' +
    'atan=arctan tg=tan ctg=cot cosec=csc arctg=arctan sqrt'
  )
    .split(' ')
    .map((entry) => {
      const [name, same] = entry.split('=') as [string, string | undefined];
      return [name, same ?? name] as const;
    }),
);

/** Functions of several arguments, always in brackets. */
export const severalArguments = new Set(['gcd', 'lcm', 'max', 'min']);

/** Letters that mean a function when a bracket follows at once: f(x), but x(x+1) is a product. */
export const functionLetters = new Set(['f', 'g', 'h', 'F', 'G', 'H']);

export const relations = new Map<string, RelationSign>(Object.entries({
  '=': '=', '<': '<', '>': '>', '\\le': '≤', '\\leq': '≤', '\\leqslant': '≤', '\\ge': '≥', '\\geq': '≥', '\\geqslant': '≥', '\\ne': '≠',
  '\\neq': '≠', '\\lt': '<', '\\gt': '>', '\\approx': '≈', '\\simeq': '≈', '\\thickapprox': '≈', '\\equiv': '=', '\\in': '∈', '\\to': '→',
  '\\rightarrow': '→', '\\mapsto': '→', '\\sim': '≈', '\\doteq': '≈', '\\leqq': '≤', '\\geqq': '≥', '\\coloneqq': '=',
})); // prettier-ignore

/** Commands that print as white space. */
export const spaces = new Set([',', ';', ':', ' ', '>', '/', 'quad', 'qquad', 'thinspace', 'enspace', 'enskip', 'space', 'hspace', 'par', 'newline', 'null', 'hfill', 'noindent']); // prettier-ignore

/** Commands whose braces hold words. */
export const textCommands = new Set(['text', 'textbf', 'textit', 'textrm', 'texttt', 'textsf', 'textnormal', 'mbox', 'hbox', 'mathrm', 'operatorname', 'mathsf', 'mathtt', 'rm', 'emph', 'underline', 'textup', 'bf', 'mathit', 'mathbf', 'boldsymbol', 'bm', 'pmb', 'bold']); // prettier-ignore

/** Commands that only dress what their braces hold. */
export const dressing = new Set(['boxed', 'fbox', 'framebox', 'ensuremath', 'phantom', 'mathopen', 'mathclose', 'mathord', 'mathbin', 'color', 'tag']); // prettier-ignore

/** Commands that make one name of what follows: \vec{v}, \overline{AB}, \angle ABC. */
export const naming = new Set(['vec', 'overrightarrow', 'overleftarrow', 'overline', 'bar', 'hat', 'widehat', 'tilde', 'widetilde', 'overset', 'mathcal', 'mathscr', 'mathfrak', 'dot', 'ddot', 'underbar']); // prettier-ignore

/** Names of letters and signs that stand for a variable. */
export const greek = new Set(
  (
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau upsilon phi varphi chi psi omega ' +
    'Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega ell hbar partial nabla aleph angle triangle square Box star ast perp parallel cdots ldots dots dotsc dotsb vdots ddots'
  ).split(' '),
);

/** Other commands that the parser reads. */
export const commands = new Set(
  (
    'frac dfrac tfrac cfrac sqrt surd binom dbinom tbinom cdot times div pm mp cup cap setminus bigcup bigcap infty pi imath emptyset varnothing degree circ mathbb Bbb langle rangle lfloor rfloor lceil rceil lvert rvert vert mid ' +
    'Vert lVert rVert lbrace rbrace lbrack rbrack begin end bmod pmod mod land lor wedge vee not prime backslash over colon sum prod int iint oint lim'
  ).split(' '),
);
