/** Generates makefiles for the oracle. */
import fc from 'fast-check';

export interface Sample {
  readonly text: string;
  readonly included: string;
  /** Names that the command line may set. */
  readonly overrides: readonly string[];
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Switches of make; `-r` where there are none. */
  readonly switches?: readonly string[];
}

/** Variables in the order in which recursive values may name each other. */
export const NAMES = ['A', 'B', 'C', 'V_dev', 'V_prod', 'D', 'F', 'G'];
const SELECTORS = ['ENV', 'MODE', 'CL'];
const WORDS = [
  'a',
  'b',
  'dev',
  'prod',
  'x.c',
  'd/y.o',
  'a',
  '-race',
  'test-1',
  '%',
  'a b',
  ' ',
  'b  c',
  '/',
  '.',
  '$$h',
];
const PATTERNS = ['a', 'dev', 'prod b', '%.c', 'test%', '%', 'd%', 'x.%', 'dev prod'];

/** A value; it names only variables below a limit, so that recursive ones end. */
function value(limit: number, depth: number): fc.Arbitrary<string> {
  const word = fc.constantFrom(...WORDS);
  const names = [...NAMES.slice(0, limit), ...SELECTORS, ...SELECTORS];
  const reference = fc.constantFrom(...names).map((name) => `$(${name})`);
  if (depth === 0) return fc.oneof(word, reference);
  const inner = fc.array(value(limit, depth - 1), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(''));
  const pattern = fc.constantFrom(...PATTERNS);
  const call = fc.oneof(
    fc.tuple(inner, inner, inner).map(([a, b, c]) => `$(if ${a},${b},${c})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(if ${a},${b})`),
    fc.tuple(pattern, inner, fc.constantFrom('filter', 'filter-out')).map(([p, t, f]) => `$(${f} ${p},${t})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(or ${a}, ${b})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(and ${a},${b})`),
    fc
      .tuple(fc.constantFrom('a', 'e', 'dev', ' ', '.'), fc.constantFrom('E', '', 'x y'), inner)
      .map(([a, b, c]) => `$(subst ${a},${b},${c})`),
    fc
      .tuple(pattern, fc.constantFrom('%', 'x%', 'y', '%.o', 'z%%'), inner)
      .map(([a, b, c]) => `$(patsubst ${a},${b},${c})`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('dev=D', '.c=.o', '%=-I%', 'a=', 'd%v=%'))
      .map(([n, s]) => `$(${n}:${s})`),
    fc.tuple(fc.constantFrom('dev', 'a', 'e', '$(ENV)', ''), inner).map(([a, b]) => `$(findstring ${a},${b})`),
    fc
      .tuple(
        fc.constantFrom('strip', 'sort', 'words', 'firstword', 'lastword', 'dir', 'notdir', 'basename', 'suffix'),
        inner,
      )
      .map(([f, t]) => `$(${f} ${t})`),
    fc
      .tuple(fc.constantFrom('addprefix', 'addsuffix'), fc.constantFrom('-', 'p/', ''), inner)
      .map(([f, p, t]) => `$(${f} ${p},${t})`),
    fc.tuple(fc.constantFrom('1', '2'), inner).map(([n, t]) => `$(word ${n},${t})`),
    fc.tuple(inner, inner).map(([a, b]) => `$(join ${a},${b})`),
    inner.map((t) => `$(wordlist 1,2,${t})`),
    fc.tuple(inner, value(limit, 0)).map(([l, b]) => `$(foreach i,${l},${b}-$(i))`),
    fc.tuple(inner, inner).map(([a, b]) => `$(call FUN,${a},${b})`),
    fc.constantFrom(...names).chain((n) => fc.constantFrom('origin', 'flavor').map((f) => `$(${f} ${n})`)),
    ...(limit > 4 ? [fc.constant('$(V_$(ENV))'), fc.constant('$(V_$(MODE):a=b)')] : []),
    fc.constantFrom(
      '$(shell echo S x $(ENV))',
      '$(shell echo S "$$MODE")',
      '$(wildcard *.mk no)',
      '$(MAKECMDGOALS)',
      '$(MAKELEVEL)',
      '$(words $(CC))',
    ),
  );
  return fc.oneof({ weight: 2, arbitrary: word }, { weight: 2, arbitrary: reference }, { weight: 4, arbitrary: call });
}

function values(limit: number): fc.Arbitrary<string> {
  return fc.array(value(limit, 2), { maxLength: 3 }).map((parts) => parts.join(' '));
}

const TARGETS = ['all', 't1', 't2', 'p-x', 'p-y', 'q-x', 's1'];

const assignment: fc.Arbitrary<string> = fc
  .nat(NAMES.length - 1)
  .chain((i) =>
    fc
      .tuple(
        fc.constantFrom('=', ':=', '?=', '+=', '+=', '=', '::='),
        values(i),
        fc.constantFrom('', '', '', '', 'override ', 'export ', 'export override '),
      )
      .map(([op, v, modifier]) => `${modifier}${NAMES[i]} ${op} ${v}`),
  );

const specific: fc.Arbitrary<string> = fc
  .nat(NAMES.length - 1)
  .chain((i) =>
    fc
      .tuple(
        fc.constantFrom(...TARGETS, 'p-%', '%', '%-x', 't1 t2'),
        fc.constantFrom('', '', '', 'private ', 'override ', 'export '),
        fc.constantFrom('=', ':=', '?=', '+=', '+='),
        values(i),
      )
      .map(([t, m, op, v]) => `${t}: ${m}${NAMES[i]} ${op} ${v}`),
  );

const selectorDefault = fc
  .tuple(fc.constantFrom(...SELECTORS), fc.constantFrom('?=', '?=', '=', ':='), fc.constantFrom('dev', 'prod', ''))
  .map(([n, op, v]) => `${n} ${op} ${v}`);

const misc: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NAMES, ...SELECTORS).map((n) => `export ${n}`),
  fc.constantFrom(...NAMES, ...SELECTORS).map((n) => `unexport ${n}`),
  fc.constantFrom(...NAMES).map((n) => `undefine ${n}`),
  fc.constantFrom('export', 'include inc.mk', '-include none.mk', 'override undefine A', '.PHONY: all t1', 'unexport'),
  fc.constantFrom(...NAMES).map((n) => `define ${n}\nrun-$(A) 1 \\\n  cont\nrun 2 $(ENV)\nendef`),
  fc
    .tuple(fc.constantFrom('C', 'D', 'G'), fc.constantFrom('=', ':=', '+='), value(2, 1))
    .map(([n, op, v]) => `$(eval ${n} ${op} ${v})`),
  fc.constantFrom(
    '$(foreach n,C D,$(eval $(n) += $(n)-$(ENV)))',
    '$(if $(ENV),$(eval G := set))',
    '$(eval $(if $(MODE),D,C) := e)',
    '$(foreach t,t1 t2,$(eval $(t): B += $(t)))',
  ),
);

const recipeLine: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '@', '-', '@-', '$(if $(MODE),@)'),
    fc.array(
      fc.oneof(
        value(NAMES.length, 1),
        fc.constantFrom('$@', '$<', '$^', '$+', '$*', '$(@D)', '$(@F)', '$(^F)', '$|', '$(<D)'),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([prefix, parts]) => `${prefix}run ${parts.join(' ')}`);

const recipe = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: recipeLine },
    { weight: 1, arbitrary: fc.constantFrom('$(C)', '$(D)', 'run \\\n\tnext', '$(call FUN,x,$@)') },
  ),
  { maxLength: 2 },
);

const rule: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      'all:',
      'all:',
      't1:',
      't2:',
      't1 t2:',
      'p-%: q-%',
      'p-%:',
      's1: s%: t%',
      'q-x:',
      'all: t1 t2',
      't2: p-x',
      'both::',
      'both:: t1',
      'p-x p-y:',
      '$(if $(ENV),t1,t2):',
      't-$(ENV):',
      'all: t-$(ENV)',
      '%-x:',
    ),
    fc.subarray(['t1', 't2', 'p-x', 'p-y', 'q-x', 's1', 'both', '| t2', '$(if $(filter dev,$(ENV)),p-y)', '$(A)x']),
    recipe,
  )
  .map(([head, needs, lines]) => {
    const order = { all: 0, t1: 1, t2: 2, both: 2, s1: 3 };
    const first = head.split(/[ :]/)[0] ?? '';
    const rank = Object.hasOwn(order, first) ? order[first as keyof typeof order] : 4;
    const kept = needs.filter(
      (need) =>
        rank < (need === 't1' ? 1 : need === 't2' || need === 'both' || need === '| t2' ? 2 : need === 's1' ? 1 : 4),
    );
    const pattern = head.includes('%') ? '' : ` ${kept.join(' ')}`;
    return [`${head}${pattern}`, ...lines.map((line) => `\t${line}`)].join('\n');
  });

const test: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('ifeq', 'ifneq'),
      value(NAMES.length, 1),
      fc.constantFrom('dev', 'prod', '', 'a', '$(MODE)', '$(B)'),
    )
    .map(([w, a, b]) => `${w} (${a},${b})`),
  fc
    .tuple(fc.constantFrom('ifdef', 'ifndef'), fc.constantFrom(...NAMES, ...SELECTORS, '$(if $(ENV),A,B)'))
    .map(([w, n]) => `${w} ${n}`),
  fc.constantFrom(
    'ifeq ($(ENV),dev)',
    'ifneq "$(MODE)" ""',
    'ifneq (,$(filter dev prod,$(ENV)))',
    'ifeq ($(origin ENV),environment)',
  ),
);

function statements(depth: number): fc.Arbitrary<string> {
  const plain = fc.oneof(
    { weight: 6, arbitrary: assignment },
    { weight: 2, arbitrary: selectorDefault },
    { weight: 2, arbitrary: misc },
    { weight: 3, arbitrary: specific },
    { weight: 4, arbitrary: rule },
  );
  if (depth === 0) return fc.array(plain, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
  const inner = statements(depth - 1);
  const conditional = fc.oneof(
    fc.tuple(test, inner).map(([t, a]) => `${t}\n${a}\nendif`),
    fc.tuple(test, inner, inner).map(([t, a, b]) => `${t}\n${a}\nelse\n${b}\nendif`),
    fc.tuple(test, inner, test, inner).map(([t, a, u, b]) => `${t}\n${a}\nelse ${u}\n${b}\nendif`),
    fc.tuple(test, recipeLine).map(([t, line]) => `t1:\n${t}\n\t${line}\nelse\n\trun else\nendif`),
    fc
      .tuple(test, fc.constantFrom('stop $(ENV)', 'no'))
      .map(([t, message]) => `${t}\nifdef MODE\n$(error ${message})\nendif\nendif`),
  );
  return fc
    .array(fc.oneof({ weight: 5, arbitrary: plain }, { weight: 2, arbitrary: conditional }), {
      minLength: 2,
      maxLength: 7,
    })
    .map((parts) => parts.join('\n'));
}

/** Makefiles with an included file. */
export const samples: fc.Arbitrary<Sample> = fc.record({
  text: statements(2).map(
    (text) =>
      `FUN = <$(1)|$(2)|$(0)>\nifneq ($(V_dev),$(V_dev)$(if $(V_prod),))\nendif\n${text}\nall: ; run all $(A)\n`,
  ),
  included: fc.oneof(assignment, selectorDefault, fc.constant('all: t2')).map((text) => `${text}\n`),
  overrides: fc.constantFrom([], [], ['CL'], ['A', 'CL']),
});
