import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, type Condition, type Selector, Space, type Variational } from '../../src/value/diagram.js';
import { render, type Text, Texts } from '../../src/value/text.js';

/** The answers that the environments of these laws give; `z` is one that nothing mentions. */
const ANSWERS: readonly Answer[] = [undefined, '', 'a', 'ab', 'b', 'z'];
const NAMES = ['X', 'Y', 'Z'] as const;
type Environment = Readonly<Record<(typeof NAMES)[number], Answer>>;
const ENVIRONMENTS: readonly Environment[] = ANSWERS.flatMap((X) =>
  ANSWERS.flatMap((Y) => ANSWERS.map((Z) => ({ X, Y, Z }))),
);

/** A recipe for a diagram; what it means is defined pointwise by `meaning`, and `build` makes the diagram. */
type Recipe =
  | { readonly kind: 'leaf'; readonly value: number }
  | { readonly kind: 'answer'; readonly name: (typeof NAMES)[number] }
  | {
      readonly kind: 'is';
      readonly name: (typeof NAMES)[number];
      readonly answers: readonly Answer[];
      readonly hit: Recipe;
      readonly miss: Recipe;
    }
  | {
      readonly kind: 'starts';
      readonly name: (typeof NAMES)[number];
      readonly prefix: string;
      readonly hit: Recipe;
      readonly miss: Recipe;
    }
  | {
      readonly kind: 'equal';
      readonly a: Recipe;
      readonly b: Recipe;
      readonly hit: Recipe;
      readonly miss: Recipe;
    };

const { recipe } = fc.letrec<{ recipe: Recipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ kind: fc.constant('leaf' as const), value: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ kind: fc.constant('answer' as const), name: fc.constantFrom(...NAMES) }),
    fc.record({
      kind: fc.constant('is' as const),
      name: fc.constantFrom(...NAMES),
      answers: fc.subarray([undefined, '', 'a', 'ab'], { minLength: 1 }),
      hit: tie('recipe'),
      miss: tie('recipe'),
    }),
    fc.record({
      kind: fc.constant('starts' as const),
      name: fc.constantFrom(...NAMES),
      prefix: fc.constantFrom('a', 'b', 'z'),
      hit: tie('recipe'),
      miss: tie('recipe'),
    }),
    fc.record({
      kind: fc.constant('equal' as const),
      a: tie('recipe'),
      b: tie('recipe'),
      hit: tie('recipe'),
      miss: tie('recipe'),
    }),
  ),
}));

function meaning(r: Recipe, e: Environment): string {
  switch (r.kind) {
    case 'leaf':
      return `leaf ${r.value}`;
    case 'answer':
      return e[r.name] ?? '';
    case 'is':
      return meaning(r.answers.includes(e[r.name]) ? r.hit : r.miss, e);
    case 'starts':
      return meaning((e[r.name] ?? '').startsWith(r.prefix) ? r.hit : r.miss, e);
    case 'equal':
      return meaning(meaning(r.a, e) === meaning(r.b, e) ? r.hit : r.miss, e);
  }
}

class World {
  readonly space = new Space();
  readonly texts = new Texts(this.space);
  readonly selectors = new Map<string, Selector>(NAMES.map((name) => [name, this.space.input(name)]));

  selector(name: string): Selector {
    return this.space.input(name);
  }

  build(r: Recipe): Variational<Text> {
    const { space, texts } = this;
    switch (r.kind) {
      case 'leaf':
        return space.one(texts.literal(`leaf ${r.value}`));
      case 'answer':
        return space.one(texts.answer(this.selector(r.name)));
      case 'is':
        return space.pick(space.is(this.selector(r.name), ...r.answers), this.build(r.hit), this.build(r.miss));
      case 'starts': {
        const holds = space.test(this.selector(r.name), `starts with ${r.prefix}`, (answer) =>
          (answer ?? '').startsWith(r.prefix),
        );
        return space.pick(holds, this.build(r.hit), this.build(r.miss));
      }
      case 'equal': {
        const [a, b] = [this.texts.from(this.build(r.a)), this.texts.from(this.build(r.b))];
        const equal = this.texts.equal(a, b) ?? space.false;
        return space.pick(equal, this.build(r.hit), this.build(r.miss));
      }
    }
  }

  at<T>(value: Variational<T>, e: Environment): Variational<T> {
    let out = value;
    for (const name of NAMES) out = this.space.given(out, this.selector(name), e[name]);
    return out;
  }

  text(value: Variational<Text>, e: Environment): string {
    const leaf = this.at(value, e);
    if (leaf.kind !== 'one') return 'opaque';
    return render(leaf.value);
  }
}

/** Recipes without a comparison of two answers, which is an opaque fact and has no pointwise meaning. */
function decidable(r: Recipe): boolean {
  if (r.kind === 'leaf' || r.kind === 'answer') return true;
  const inner = decidable(r.hit) && decidable(r.miss);
  return r.kind === 'equal' ? inner && constant(r.b) && decidable(r.a) : inner;
}

function constant(r: Recipe): boolean {
  return r.kind === 'leaf';
}

const decidableRecipe = recipe.filter(decidable);
const holds = (w: World, c: Condition, e: Environment): boolean => w.at(c, e) === w.space.true;

describe('variational values', () => {
  it('mean in every environment what they were built to mean', () => {
    fc.assert(
      fc.property(decidableRecipe, (r) => {
        const w = new World();
        const value = w.build(r);
        for (const e of ENVIRONMENTS) expect(w.text(value, e)).toBe(meaning(r, e));
      }),
      { numRuns: 150 },
    );
  });

  it('are the same object when they agree in every environment, and only hit', () => {
    fc.assert(
      fc.property(decidableRecipe, decidableRecipe, (r, s) => {
        const w = new World();
        const [a, b] = [w.build(r), w.build(s)];
        // Rebuilt another way round, an equal value is the same object.
        const c = w.space.is(w.selector('Y'), 'a', undefined);
        expect(w.space.pick(c, a, w.space.pick(w.space.not(c), a, b))).toBe(a);
        expect(w.space.pick(w.space.not(c), b, a)).toBe(w.space.pick(c, a, b));
        const differ = ENVIRONMENTS.some((e) => w.text(a, e) !== w.text(b, e));
        if (differ) expect(a).not.toBe(b);
        if (a === b) expect(differ).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('are equal objects when every finite test agrees and no pattern is asked', () => {
    const plain = (r: Recipe): boolean =>
      r.kind === 'leaf' || r.kind === 'answer' || (r.kind === 'is' && plain(r.hit) && plain(r.miss));
    fc.assert(
      fc.property(recipe.filter(plain), recipe.filter(plain), (r, s) => {
        const w = new World();
        const [a, b] = [w.build(r), w.build(s)];
        const agree = ENVIRONMENTS.every((e) => meaning(r, e) === meaning(s, e));
        // `b` is never mentioned here, so ENVIRONMENTS tells all plain values apart.
        expect(a === b).toBe(agree);
      }),
      { numRuns: 400 },
    );
  });

  it('combine pointwise: and, or, not, pick, apply, given, assume', () => {
    fc.assert(
      fc.property(decidableRecipe, decidableRecipe, decidableRecipe, (r, s, t) => {
        const w = new World();
        const short = (v: Variational<Text>): Condition => w.space.where(v, (text) => render(text) === 'leaf 0');
        const [c, d] = [short(w.build(r)), short(w.build(s))];
        const value = w.build(t);
        const [and, or, not] = [w.space.and(c, d), w.space.or(c, d), w.space.not(c)];
        const assumed = w.space.assume(value, c);
        const both = w.space.apply(c, d, (x, y) => `${x}${y}`);
        for (const e of ENVIRONMENTS) {
          const [x, y] = [holds(w, c, e), holds(w, d, e)];
          expect(holds(w, and, e)).toBe(x && y);
          expect(holds(w, or, e)).toBe(x || y);
          expect(holds(w, not, e)).toBe(!x);
          expect(w.at(both, e)).toBe(w.space.one(`${x}${y}`));
          if (x) expect(w.text(assumed, e)).toBe(meaning(t, e));
        }
        expect(w.space.not(not)).toBe(c);
        expect(w.space.or(c, not)).toBe(w.space.true);
        expect(w.space.and(c, not)).toBe(w.space.false);
        expect(w.space.and(c, d)).toBe(w.space.and(d, c));
        expect(w.space.not(and)).toBe(w.space.or(not, w.space.not(d)));
      }),
      { numRuns: 150 },
    );
  });

  it('tell unset from empty', () => {
    const w = new World();
    const unset = w.space.is(w.selector('X'), undefined);
    const empty = w.space.is(w.selector('X'), '');
    expect(unset).not.toBe(empty);
    expect(w.space.and(unset, empty)).toBe(w.space.false);
  });
});

describe('texts', () => {
  it('keep what two sides of a choice share outside it', () => {
    const w = new World();
    let text = w.texts.literal('go build');
    for (let i = 0; i < 200; i += 1) {
      const c = w.space.is(w.selector(`F${i}`), 'yes');
      text = w.texts.pick(c, w.texts.concat(text, w.texts.literal(` -x${i}`)), text);
    }
    expect(text.pieces.length).toBeLessThanOrEqual(201);
    expect(w.space.size).toBeLessThan(5000);
  });

  it('are picked, joined and flattened pointwise', () => {
    fc.assert(
      fc.property(decidableRecipe, decidableRecipe, decidableRecipe, (r, s, t) => {
        const w = new World();
        const [a, b] = [w.texts.from(w.build(r)), w.texts.from(w.build(s))];
        const c = w.space.where(w.build(t), (text) => render(text) === 'leaf 0');
        const joined = w.texts.flatten(w.texts.concat(a, w.texts.literal('-'), b));
        const picked = w.texts.flatten(w.texts.pick(c, w.texts.concat(a, b), w.texts.concat(a, a)));
        const upper = w.texts.transform(a, 'upper ', (text) => text.toUpperCase());
        const flatUpper = upper === undefined ? undefined : w.texts.flatten(upper);
        const empty = w.texts.isEmpty(a);
        for (const e of ENVIRONMENTS) {
          const [x, y] = [meaning(r, e), meaning(s, e)];
          if (joined !== undefined) expect(w.text(joined, e)).toBe(`${x}-${y}`);
          if (picked !== undefined) expect(w.text(picked, e)).toBe(holds(w, c, e) ? x + y : x + x);
          if (flatUpper !== undefined) expect(w.text(flatUpper, e)).toBe(x.toUpperCase());
          expect(holds(w, empty, e)).toBe(x === '');
        }
      }),
      { numRuns: 100 },
    );
  });
});
