import { cellsOf, padCells } from './cells.js';
import type { Line } from './style.js';
import { paint, piece } from './style.js';
import { clampWidth } from './text.js';
import { paragraph, wordsOf } from './wrap.js';

/** A part of a help page. */
export type Section =
  | { readonly kind: 'text'; readonly title?: string; readonly text: string }
  | { readonly kind: 'pairs'; readonly title: string; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly kind: 'examples'; readonly title: string; readonly pairs: readonly (readonly [string, string])[] };

/** Lays out a help page; terms stand beside their explanation when there is room, examples above theirs. */
export function helpPage(sections: readonly Section[], width: number, colour: boolean): string {
  const columns = clampWidth(width);
  const terms = sections.flatMap((section) =>
    section.kind === 'pairs' ? section.pairs.map(([term]) => cellsOf(term)) : [],
  );
  const term = Math.max(0, ...terms);
  const lines = sections.flatMap((section, index): readonly Line[] => {
    const title: readonly Line[] = section.title === undefined ? [] : [[piece(section.title, 'bold')]];
    return [...(index === 0 ? [] : [[]]), ...title, ...body(section, term, columns)];
  });
  return paint(lines, colour);
}

function body(section: Section, term: number, width: number): readonly Line[] {
  switch (section.kind) {
    case 'text':
      return paragraph([piece(section.title === undefined ? '' : '  ')], wordsOf(section.text), width);
    case 'pairs': {
      if (term > width / 2) return section.pairs.flatMap(([name, text]) => above(name, text, 'plain', width));
      return section.pairs.flatMap(([name, text]) =>
        paragraph([piece(`  ${padCells(name, term)}  `, 'info')], wordsOf(text), width),
      );
    }
    case 'examples':
      return section.pairs.flatMap(([name, text]) => above(name, text, 'dim', width));
  }
}

function above(name: string, text: string, style: 'plain' | 'dim', width: number): readonly Line[] {
  return [[piece(`  ${name}`, 'info')], ...paragraph([piece('      ')], wordsOf(text, style), width)];
}
