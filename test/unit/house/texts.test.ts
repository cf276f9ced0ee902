/** What people read is written in words: a rename of code reached it once. */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';

// SQL is read by nobody.
const sources = globSync(['src/**/*.ts', 'webview/**/*.ts'], { exclude: ['src/store/migrations.ts'] }).map((file) => ({
  file,
  text: readFileSync(file, 'utf8'),
}));
const declared = new Set(
  sources.flatMap(({ text }) => [...text.matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm)].map((m) => m[1])),
);

/** Sentences of a file: strings and pieces of templates with more than one word. */
function sentences(file: string, text: string): string[] {
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    if (
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node)
    )
      found.push(node.text);
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found.filter((sentence) => /\S\s+\S/.test(sentence));
}

test('no sentence holds the name of a type', () => {
  const named = sources.flatMap(({ file, text }) =>
    sentences(file, text).flatMap((sentence) =>
      (sentence.match(/\b[A-Z][a-z]+[A-Z]\w*/g) ?? [])
        .filter((word) => declared.has(word))
        .map((word) => `${file}: ${word} in “${sentence.trim().slice(0, 80)}”`),
    ),
  );
  expect(named).toEqual([]);
});

test('no identifier hides its noun behind a participle', () => {
  const participle = /^(?:told|said|asked|held)(?![a-z]|Out|_out)|(?:Told|Said|Asked|Held)(?![a-z]|Out|_out)/;
  const hidden = sources.flatMap(({ file, text }) => {
    const names: string[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && participle.test(node.text)) names.push(`${file}: ${node.text}`);
      ts.forEachChild(node, look);
    };
    look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
    return names;
  });
  expect(hidden).toEqual([]);
});
