/*
 * Values of Groovy expressions in pipelines: texts, images of the docker plugin, and conditions. Names are looked for
 * among the script's own variables, then the parameters and the environment; what none of them has is set outside.
 */
import picomatch from 'picomatch';
import type { GroovyCall, GroovyNode } from '../../syntax/groovy/tree.js';
import type { Condition } from '../../value/diagram.js';
import type { Text, Texts } from '../../value/text.js';
import type { Binding } from '../shell/index.js';
import { isTame } from '../shell/regexp.js';
import { constantPart, type Holes, holeFor, type Part } from './commands.js';
import { outside } from './environment.js';
import { LENGTH_LIMIT } from './reference.js';

/** What an expression is. */
export type Value =
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'image'; readonly name: Text }
  | { readonly kind: 'condition'; readonly holds: Condition };

/** Variables that Jenkins sets by itself. */
const FACTS =
  /^(?:BUILD_(?:NUMBER|ID|URL|TAG|DISPLAY_NAME|USER\w*)|JOB_\w+|NODE_\w+|EXECUTOR_NUMBER|JENKINS_\w+|GIT_(?:COMMIT|URL|PREVIOUS\w*|AUTHOR\w*|COMMITTER\w*)|CHANGE_\w+|WORKSPACE\w*|RUN_\w+|STAGE_NAME)$/;

type GroovyFunction = Extract<GroovyNode, { kind: 'function' }>;

/** The name that a call or a member ends in. */
export function lastName(node: GroovyNode): string {
  return node.kind === 'name' || node.kind === 'member' ? node.name : '';
}

/** An argument by its position among those without a name. */
export function positional(call: GroovyCall, index: number): GroovyNode | undefined {
  return call.arguments.filter(({ name }) => name === undefined)[index]?.value;
}

/** An argument by its name. */
export function named(call: GroovyCall, name: string): GroovyNode | undefined {
  const found = call.arguments.find((argument) => argument.name === name)?.value;
  if (found !== undefined) return found;
  // `step([name: value])` is the same call.
  const [only] = call.arguments;
  if (call.arguments.length !== 1 || only?.value.kind !== 'map') return undefined;
  return only.value.entries.find((entry) => entry.name === name)?.value;
}

/** The variables of a script and the values of its expressions. */
export class JenkinsValues {
  locals = new Map<string, Value>();
  environment = new Map<string, Binding>();
  readonly parameters = new Map<string, Text>();
  readonly functions = new Map<string, GroovyFunction>();
  readonly #texts: Texts;
  readonly #source: string;
  readonly #call: (call: GroovyCall) => Value | undefined;

  constructor(texts: Texts, source: string, call: (call: GroovyCall) => Value | undefined) {
    this.#texts = texts;
    this.#source = source;
    this.#call = call;
  }

  /** Runs something whose local variables end with it. */
  within(run: () => void): void {
    const before = this.locals;
    this.locals = new Map(before);
    run();
    for (const [name] of before) {
      const now = this.locals.get(name);
      if (now !== undefined) before.set(name, now);
    }
    this.locals = before;
  }

  /** Runs something whose environment ends with it, but for what `env.X =` sets. */
  scoped(run: () => void): void {
    const before = this.environment;
    const assigned = this.#assigned;
    this.environment = new Map(before);
    this.#assigned = new Set();
    run();
    for (const name of this.#assigned) {
      const now = this.environment.get(name);
      if (now !== undefined) before.set(name, now);
      assigned.add(name);
    }
    this.environment = before;
    this.#assigned = assigned;
  }

  #assigned = new Set<string>();

  /** `NAME=value` of `withEnv`. */
  setEnvironment(text: Text, when: Condition): void {
    const [first, ...rest] = text.pieces;
    const [, name, value = ''] = (first?.kind === 'literal' ? /^(\w+)=([\s\S]*)$/.exec(first.text) : null) ?? [];
    if (name !== undefined) this.#write(name, this.#texts.join([{ kind: 'literal', text: value }, ...rest]), when);
  }

  #write(name: string, text: Text, when: Condition): void {
    const { space } = this.#texts;
    const before = this.environment.get(name) ?? this.outsideVariable(name);
    const set = space.or(when, before?.set ?? space.false);
    this.environment.set(name, {
      set,
      text: this.#texts.pick(when, text, before?.text ?? this.#texts.empty),
      exported: set,
    });
  }

  /** Gives a variable a value where a condition holds. */
  assign(target: GroovyNode, value: Value | undefined, when: Condition): void {
    if (target.kind === 'member' && target.of.kind === 'name' && target.of.name === 'env') {
      if (value?.kind !== 'text') return;
      this.#write(target.name, value.text, when);
      this.#assigned.add(target.name);
      return;
    }
    if (target.kind !== 'name') return;
    const before = this.locals.get(target.name);
    if (value?.kind === 'text' && before?.kind === 'text')
      this.locals.set(target.name, { kind: 'text', text: this.#texts.pick(when, value.text, before.text) });
    else if (value === undefined) this.locals.set(target.name, { kind: 'text', text: this.#symbol(target) });
    else this.locals.set(target.name, value);
  }

  /** A variable that neither the script nor its environment sets. */
  outsideVariable(name: string): Binding | undefined {
    if (name === 'WORKSPACE')
      return { set: this.#texts.space.true, text: this.#texts.literal('/'), exported: this.#texts.space.true };
    return outside(this.#texts, name, FACTS);
  }

  /** An environment variable's text. */
  variable(name: string): Text | undefined {
    return (this.environment.get(name) ?? this.outsideVariable(name))?.text;
  }

  #symbol(node: GroovyNode): Text {
    return this.#texts.symbol(this.#source.slice(node.span.start, node.span.end).replace(/\s+/g, ' '));
  }

  /** What an expression is; undefined when it is nothing that is followed here. */
  value(node: GroovyNode): Value | undefined {
    const texts = this.#texts;
    switch (node.kind) {
      case 'call':
        return this.#callValue(node);
      case 'name': {
        const local = this.locals.get(node.name);
        if (local !== undefined) return local;
        const text = this.parameters.get(node.name) ?? this.variable(node.name);
        return text === undefined ? undefined : { kind: 'text', text };
      }
      case 'member': {
        if (node.of.kind === 'name' && /^(?:env|params)$/.test(node.of.name)) {
          const text =
            (node.of.name === 'params' ? this.parameters.get(node.name) : undefined) ?? this.variable(node.name);
          return text === undefined ? undefined : { kind: 'text', text };
        }
        return { kind: 'text', text: this.#symbol(node) };
      }
      case 'ternary': {
        const holds = this.condition(node.condition);
        const consequent = this.text(node.consequent ?? node.condition);
        return { kind: 'text', text: texts.pick(holds, consequent, this.text(node.otherwise)) };
      }
      case 'binary':
        if (node.operator === '+')
          return { kind: 'text', text: texts.concat(this.text(node.left), this.text(node.right)) };
        return { kind: 'condition', holds: this.condition(node) };
      case 'not':
        return { kind: 'condition', holds: this.condition(node) };
      case 'string':
        return { kind: 'text', text: this.text(node) };
      case 'constant':
        return node.value === null ? undefined : { kind: 'text', text: texts.literal(String(node.value)) };
      case 'assignment': {
        const value = this.value(node.value);
        this.assign(node.target, value, texts.space.true);
        return value;
      }
      default:
        return undefined;
    }
  }

  #callValue(node: GroovyCall): Value | undefined {
    const { target } = node;
    const name = lastName(target);
    if (target.kind === 'member') {
      const pure = Object.hasOwn(PURE, name) ? PURE[name] : undefined;
      if (pure !== undefined && node.arguments.length === 0) {
        const of = this.text(target.of);
        // What a command prints is known without the line break at its end already.
        const keeps = name === 'trim' && this.#texts.constant(of) === undefined;
        const text = keeps ? of : this.#texts.transform(of, name, pure);
        return text === undefined ? undefined : { kind: 'text', text };
      }
      if (name === 'toString') return this.value(target.of);
    }
    const done = this.#call(node);
    if (done !== undefined) return done;
    // A chain such as `docker.image(x).inside { }` has its effects in what it is called on.
    if (target.kind === 'member' && target.of.kind === 'call' && name !== 'push' && name !== 'tag')
      this.value(target.of);
    return { kind: 'text', text: this.#symbol(node) };
  }

  /** The text of an expression; a symbol when it is not known. */
  text(node: GroovyNode): Text {
    if (node.kind === 'string')
      return this.#texts.concat(
        ...node.parts.map((part) =>
          part.kind === 'text' ? this.#texts.literal(part.text.text) : this.text(part.value),
        ),
      );
    const value = this.value(node);
    if (value?.kind === 'text') return value.text;
    if (value?.kind === 'image') return value.name;
    return this.#symbol(node);
  }

  /** A text for a shell, with the way back; what is not constant becomes a variable. */
  parts(node: GroovyNode, file: string, holes: Holes): readonly Part[] {
    if (node.kind === 'binary' && node.operator === '+')
      return [...this.parts(node.left, file, holes), ...this.parts(node.right, file, holes)];
    if (
      node.kind === 'call' &&
      /^(?:trim|stripIndent|stripMargin)$/.test(lastName(node.target)) &&
      node.target.kind === 'member'
    )
      return this.parts(node.target.of, file, holes);
    if (node.kind === 'string')
      return node.parts.flatMap((part) =>
        part.kind === 'text' ? [{ text: part.text, file }] : this.#hole(this.text(part.value), part.value, file, holes),
      );
    return this.#hole(this.text(node), node, file, holes);
  }

  #hole(text: Text, node: GroovyNode, file: string, holes: Holes): readonly Part[] {
    const constant = this.#texts.constant(text);
    const near = { file, ...node.span };
    if (constant !== undefined) return constant === '' ? [] : [constantPart(constant, near)];
    return [constantPart(`\${${holeFor(text, holes)}}`, near)];
  }

  // ------------------------------------------------------------------------------------------------ conditions

  /** Where an expression is true. */
  condition(node: GroovyNode): Condition {
    const { space } = this.#texts;
    switch (node.kind) {
      case 'constant':
        return node.value === null || node.value === false || node.value === 0 ? space.false : space.true;
      case 'not':
        return space.not(this.condition(node.of));
      case 'binary':
        return this.#binary(node.operator, node.left, node.right, node);
      case 'call': {
        const name = lastName(node.target);
        const [argument] = node.arguments;
        if (
          node.target.kind === 'member' &&
          argument !== undefined &&
          /^(?:equals|startsWith|endsWith|contains)$/.test(name)
        ) {
          const wanted = this.#texts.constant(this.text(argument.value));
          const subject = this.text(node.target.of);
          if (wanted !== undefined) return this.#string(name, subject, wanted) ?? this.opaque(node);
        }
        const value = this.value(node);
        return value?.kind === 'condition' ? value.holds : this.opaque(node);
      }
      default: {
        const value = this.value(node);
        if (value === undefined) return this.opaque(node);
        if (value.kind === 'condition') return value.holds;
        if (value.kind === 'image') return space.true;
        const filled = space.not(this.#texts.isEmpty(value.text));
        // A boolean parameter is a boolean by its own name and a text in the environment.
        const parameter = lastName(node);
        if (!this.parameters.has(parameter)) return filled;
        return space.and(filled, space.not(this.equal(value.text, this.#texts.literal('false'))));
      }
    }
  }

  #string(name: string, subject: Text, wanted: string): Condition | undefined {
    if (name === 'equals') return this.equal(subject, this.#texts.literal(wanted));
    return this.#texts.matches(subject, `${name} ${wanted}`, (text) =>
      name === 'startsWith'
        ? text.startsWith(wanted)
        : name === 'endsWith'
          ? text.endsWith(wanted)
          : text.includes(wanted),
    );
  }

  #binary(operator: string, left: GroovyNode, right: GroovyNode, node: GroovyNode): Condition {
    const { space } = this.#texts;
    switch (operator) {
      case '&&':
        return space.and(this.condition(left), this.condition(right));
      case '||':
        return space.or(this.condition(left), this.condition(right));
      case '==':
      case '!=': {
        const same = this.#same(left, right);
        return operator === '==' ? same : space.not(same);
      }
      case '=~':
      case '==~':
        return (
          this.#pattern(this.text(left), this.#texts.constant(this.text(right)), operator === '==~') ??
          this.opaque(node)
        );
      case 'in':
        return right.kind === 'list'
          ? right.items.reduce((any, item) => space.or(any, this.#same(left, item)), space.false)
          : this.opaque(node);
      default:
        return this.opaque(node);
    }
  }

  #same(left: GroovyNode, right: GroovyNode): Condition {
    const { space } = this.#texts;
    const [a, b] = left.kind === 'constant' ? [right, left] : [left, right];
    if (b.kind !== 'constant' || typeof b.value === 'number') return this.equal(this.text(a), this.text(b));
    if (b.value === null) return space.not(this.condition(a));
    return b.value ? this.condition(a) : space.not(this.condition(a));
  }

  /** Where two texts are equal. */
  equal(a: Text, b: Text): Condition {
    return this.#texts.equal(a, b) ?? this.#texts.unknown('==', a, b);
  }

  #pattern(text: Text, source: string | undefined, whole: boolean): Condition | undefined {
    if (source === undefined || !isTame(source, LENGTH_LIMIT)) return undefined;
    try {
      const expression = new RegExp(whole ? `^(?:${source})$` : source);
      return this.#texts.matches(
        text,
        `=~ ${source}`,
        (value) => value.length <= LENGTH_LIMIT && expression.test(value),
      );
    } catch {
      return undefined;
    }
  }

  /** `branch 'release/*'`. */
  glob(name: string, pattern: Text | undefined, comparator: string | undefined): Condition {
    const { space } = this.#texts;
    const written = pattern === undefined ? undefined : this.#texts.constant(pattern);
    const selector = space.input(name);
    if (written === undefined) return space.not(space.is(selector, undefined));
    if (comparator === 'REGEXP')
      return (
        this.#pattern(this.#texts.answer(selector), written, true) ??
        space.holds(space.opaque(`${name} matches ${written}`))
      );
    if (comparator === 'EQUALS' || !/[*?]/.test(written)) return space.is(selector, written);
    const matches = picomatch(written, { dot: true });
    return space.test(selector, `matches ${written}`, (answer) => answer !== undefined && matches(answer));
  }

  /** A condition that is not known. */
  opaque(node: GroovyNode): Condition {
    const { space } = this.#texts;
    const text = this.#source.slice(node.span.start, node.span.end).replace(/\s+/g, ' ').slice(0, 300);
    return space.holds(space.opaque(`${text} holds`));
  }
}

const PURE: Readonly<Record<string, (text: string) => string>> = {
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
};
