/** Stands between the fields of `"$@"`. */
export const FIELD_BREAK = '\ue0fe';

/** IFS as every shell starts with it. */
export const DEFAULT_IFS = ' \t\n';

type Event = 'soft' | 'hard' | { readonly characters: string };

/** The characters of IFS: blanks make soft borders, others hard ones that also delimit empty fields. */
export class Blanks {
  /** Matches one border, as its only group. */
  readonly border: RegExp;
  readonly #first: RegExp;
  readonly #hard: RegExp;

  constructor(ifs: string) {
    const white = [...ifs].filter((c) => c === ' ' || c === '\t' || c === '\n').join('');
    const other = [...ifs]
      .filter((c) => c !== ' ' && c !== '\t' && c !== '\n')
      .map((c) => c.replace(/[\\\]^-]/, '\\$&'))
      .join('');
    const hard = other === '' ? '' : `[${white}]*[${other}][${white}]*|`;
    const border = `(${hard}[${white}${FIELD_BREAK}]+)`;
    this.border = new RegExp(border);
    this.#first = new RegExp(`^${border}`);
    this.#hard = other === '' ? /[]/ : new RegExp(`[${other}]`);
  }

  events(text: string): Event[] {
    const events: Event[] = [];
    for (const [i, part] of text.split(this.border).entries()) {
      if (i % 2 === 0) {
        if (part !== '') events.push({ characters: part });
      } else events.push(this.#hard.test(part) ? 'hard' : 'soft');
    }
    return events;
  }

  startsWith(text: string): boolean {
    const found = this.#first.exec(text);
    return found !== null && !this.#hard.test(found[0]);
  }

  inside(text: string): boolean {
    return this.border.test(text);
  }
}

const known = new Map<string, Blanks>();

/** The characters of an IFS; the same object each time. */
export function blanksOf(ifs: string): Blanks {
  let blanks = known.get(ifs);
  if (blanks === undefined) {
    blanks = new Blanks(ifs);
    known.set(ifs, blanks);
  }
  return blanks;
}
