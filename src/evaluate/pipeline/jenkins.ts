/*
 * Jenkinsfiles as callers. Stages are evaluated in their order, in the environments in which their `when` or the `if`s
 * around them hold. Each `sh` is a shell of its own. `docker.build(name, args)` is what Jenkins makes of it: a
 * `docker build -t name args` in a shell.
 */
import type { Note } from '../../model/build.js';
import type { Caller, Evidence, Link } from '../../model/delivery.js';
import { parseGroovy } from '../../syntax/groovy/parse.js';
import type { GroovyCall, GroovyNode } from '../../syntax/groovy/tree.js';
import { type Files, normalizePath } from '../../text/files.js';
import type { Place, Span } from '../../text/span.js';
import { type Condition, Space } from '../../value/diagram.js';
import { type Text, Texts } from '../../value/text.js';
import type { Binding, Dialect } from '../shell/index.js';
import { bounded, callerOf, type Pipeline, type Work } from './caller.js';
import { constantPart, type Holes, holeFor, type Part, quoted, runCommands } from './commands.js';
import { bound, chosenOf } from './environment.js';
import { evidenceBy, evidenceByBranch } from './evidence.js';
import { JenkinsValues, lastName, named, positional, type Value } from './jenkins-values.js';

/** Evaluates a Jenkinsfile. */
export function evaluateJenkins(file: string, text: string, files: Files): Caller {
  return callerOf('pipeline', file, readJenkins(file, text, files));
}

/** The commands of a Jenkinsfile, before they are followed. */
export function readJenkins(file: string, text: string, files: Files): Pipeline {
  const texts = new Texts(new Space());
  const tree = parseGroovy(text);
  const notes: Note[] = tree.problems.map(({ at, message }) => ({ place: { file, ...at }, message }));
  const work: Work[] = [];
  const run = new Run(file, text, files, texts, work, notes);
  bounded({ file, start: 0, end: 0 }, notes, () => run.statements(tree.statements));
  return { texts, work, builds: [], notes, files: [file] };
}

/** Blocks that run where something failed, or that hold settings only. */
const ASIDE = new Set([
  'failure',
  'unstable',
  'aborted',
  'unsuccessful',
  'regression',
  'catch',
  'options',
  'triggers',
  'tools',
  'libraries',
  'input',
  'agent',
  'axes',
  'when',
  'environment',
  'parameters',
]);
const CALL_LIMIT = 10;

class Run {
  readonly #file: string;
  readonly #files: Files;
  readonly #texts: Texts;
  readonly #work: Work[];
  readonly #notes: Note[];
  readonly #values: JenkinsValues;
  #live: Condition;
  #folder = '';
  #registry: Text | undefined;
  #chain: readonly Link[] = [];
  #evidence: readonly Evidence[] = [];
  #calls = 0;
  /** Where a function or a stage was left by `return`. */
  #returned: Condition;

  constructor(file: string, text: string, files: Files, texts: Texts, work: Work[], notes: Note[]) {
    this.#file = file;
    this.#files = files;
    this.#texts = texts;
    this.#work = work;
    this.#notes = notes;
    this.#live = texts.space.true;
    this.#returned = texts.space.false;
    this.#values = new JenkinsValues(texts, text, (call) => this.call(call));
  }

  #place(span: Span): Place {
    return { file: this.#file, ...span };
  }

  #only(condition: Condition, run: () => void): void {
    const before = this.#live;
    this.#live = this.#texts.space.and(before, condition);
    if (this.#live !== this.#texts.space.false) run();
    this.#live = this.#texts.space.and(before, this.#texts.space.not(this.#returned));
  }

  statements(nodes: readonly GroovyNode[]): void {
    // Settings of a pipeline or a stage count wherever they stand in it.
    for (const node of nodes) {
      if (node.kind === 'function') this.#values.functions.set(node.name, node);
      if (node.kind !== 'call' || node.block === undefined) continue;
      const name = lastName(node.target);
      if (name === 'environment') this.#environment(node.block.body);
      else if (name === 'parameters') this.#parameters(node.block.body);
    }
    for (const node of nodes) this.#statement(node);
  }

  #statement(node: GroovyNode): void {
    const { space } = this.#texts;
    switch (node.kind) {
      case 'assignment':
        this.#values.assign(node.target, this.#values.value(node.value), this.#live);
        return;
      case 'if': {
        const holds = this.#values.condition(node.condition);
        this.#only(holds, () => this.statements(node.consequent));
        this.#only(space.not(holds), () => this.statements(node.otherwise));
        return;
      }
      case 'return':
        if (node.value !== undefined) this.#values.value(node.value);
        this.#returned = space.or(this.#returned, this.#live);
        this.#live = space.false;
        return;
      case 'function':
        return;
      default:
        this.#values.value(node);
    }
  }

  /** What a call does, and the value that it has; undefined for one that nothing is known of. */
  call(call: GroovyCall): Value | undefined {
    const { space } = this.#texts;
    const name = lastName(call.target);
    const owner = call.target.kind === 'member' ? call.target.of : undefined;
    if (this.#live === space.false) return undefined;
    if (name === 'sh' || name === 'sshCommand') return this.#sh(call);
    if (name === 'build' && owner?.kind === 'name' && owner.name === 'docker') return this.#dockerBuild(call);
    if (name === 'image' && owner?.kind === 'name' && owner.name === 'docker') {
      const image = positional(call, 0);
      return image === undefined ? undefined : { kind: 'image', name: this.#values.text(image) };
    }
    if ((name === 'push' || name === 'tag') && owner !== undefined) {
      const image = this.#values.value(owner);
      if (image?.kind === 'image') this.#push(call, image.name, name === 'push');
      return undefined;
    }
    if (name === 'parameters' || name === 'properties') {
      for (const argument of call.arguments) this.#parametersIn(argument.value);
      return undefined;
    }
    if (ASIDE.has(name)) return undefined;
    const known = call.target.kind === 'name' ? this.#values.functions.get(name) : undefined;
    if (known !== undefined) {
      if (this.#calls >= CALL_LIMIT) return undefined;
      this.#calls += 1;
      this.#values.within(() => {
        for (const [i, parameter] of known.parameters.entries()) {
          const given = positional(call, i) ?? named(call, parameter);
          const value = given === undefined ? undefined : this.#values.value(given);
          if (value !== undefined) this.#values.locals.set(parameter, value);
        }
        this.#returning(() => this.statements(known.body));
      });
      this.#calls -= 1;
      return undefined;
    }
    for (const argument of call.arguments) {
      const inner = argument.value;
      if (inner.kind === 'closure') this.#block(call, name, inner.body);
      // `parallel(a: { … }, b: { … })`, `parallel([a: { … }])`
      else if (inner.kind === 'map')
        for (const entry of inner.entries)
          if (entry.value.kind === 'closure') this.#block(call, name, entry.value.body);
    }
    if (call.block !== undefined) this.#block(call, name, call.block.body);
    return undefined;
  }

  /** A `return` leaves no more than the function or stage that it stands in. */
  #returning(run: () => void): void {
    const [before, live] = [this.#returned, this.#live];
    run();
    this.#returned = before;
    this.#live = live;
  }

  #block(call: GroovyCall, name: string, body: readonly GroovyNode[]): void {
    const outer = { folder: this.#folder, chain: this.#chain, evidence: this.#evidence, registry: this.#registry };
    const first = positional(call, 0);
    let when: Condition = this.#texts.space.true;
    if (name === 'dir' && first !== undefined) {
      const path = this.#texts.constant(this.#values.text(first));
      this.#folder = path === undefined ? this.#folder : (normalizePath(`${this.#folder}/${path}`) ?? '');
    } else if (name === 'withRegistry' && first !== undefined) {
      const url = this.#values.text(first);
      const host = this.#texts.transform(url, 'host', (text) => text.replace(/^https?:\/\//, '').replace(/\/+$/, ''));
      this.#registry = host === undefined || this.#texts.constant(host) === '' ? undefined : host;
    } else if (name === 'stage' && first !== undefined) {
      const title = this.#texts.constant(this.#values.text(first)) ?? '';
      const place = this.#place(first.span);
      this.#chain = [...this.#chain, { place, message: `stage ${title}` }];
      if (!/^tests?$/i.test(title)) this.#evidence = [...this.#evidence, ...evidenceBy('job', title, place)];
    }
    const scope = (): void => {
      for (const node of body)
        if (node.kind === 'call' && lastName(node.target) === 'when' && node.block !== undefined)
          when = this.#texts.space.and(when, this.#allOf(node.block.body));
      this.#only(when, () => (name === 'stage' ? this.#returning(() => this.statements(body)) : this.statements(body)));
    };
    if (name === 'withEnv' && first?.kind === 'list')
      this.#values.scoped(() => {
        for (const item of first.items) this.#values.setEnvironment(this.#values.text(item), this.#live);
        scope();
      });
    else if (name === 'withCredentials' && first !== undefined)
      this.#values.scoped(() => {
        this.#credentials(first);
        scope();
      });
    else if (/^(?:stage|pipeline)$/.test(name)) this.#values.scoped(scope);
    else scope();
    this.#folder = outer.folder;
    this.#chain = outer.chain;
    this.#evidence = outer.evidence;
    this.#registry = outer.registry;
  }

  #environment(body: readonly GroovyNode[]): void {
    for (const node of body) {
      if (node.kind !== 'assignment' || node.target.kind !== 'name') continue;
      const { name } = node.target;
      this.#values.environment.set(name, bound(this.#texts, this.#values.text(node.value)));
      if (node.value.kind !== 'call' || lastName(node.value.target) !== 'credentials') continue;
      for (const part of ['USR', 'PSW']) this.#secret(`${name}_${part}`);
    }
  }

  #secret(name: string): void {
    this.#values.environment.set(name, bound(this.#texts, this.#texts.symbol(`$${name}`)));
  }

  /** `withCredentials([string(variable: 'TOKEN', …)])`: variables that hold secrets. */
  #credentials(node: GroovyNode): void {
    for (const item of node.kind === 'list' ? node.items : [node])
      if (item.kind === 'call')
        for (const { name, value } of item.arguments) {
          const variable = /variable$/i.test(name ?? '') ? this.#texts.constant(this.#values.text(value)) : undefined;
          if (variable !== undefined) this.#secret(variable);
        }
  }

  #parameters(body: readonly GroovyNode[]): void {
    for (const node of body) this.#parametersIn(node);
  }

  /** `choice(name: …)` and the like, at any depth of the lists that `properties` is given. */
  #parametersIn(node: GroovyNode): void {
    if (node.kind === 'list') for (const item of node.items) this.#parametersIn(item);
    if (node.kind !== 'call') return;
    const kind = lastName(node.target);
    const naming = named(node, 'name');
    if (naming === undefined) {
      for (const { value } of node.arguments) this.#parametersIn(value);
      return;
    }
    const name = this.#texts.constant(this.#values.text(naming));
    if (name === undefined || !/^(?:choice|string|booleanParam|text|password)$/.test(kind)) return;
    const choices = named(node, 'choices');
    const listed = choices?.kind === 'list' ? choices.items : choices === undefined ? [] : [choices];
    const options = listed.flatMap((item) => (this.#texts.constant(this.#values.text(item)) ?? '').split('\n'));
    const standard = named(node, 'defaultValue');
    const fallback =
      standard === undefined ? (options[0] ?? '') : (this.#texts.constant(this.#values.text(standard)) ?? '');
    const answers = kind === 'booleanParam' ? ['true', 'false'] : options.filter((option) => option !== '');
    const value = chosenOf(this.#texts, name, answers, kind === 'booleanParam' && fallback === '' ? 'false' : fallback);
    this.#values.parameters.set(name, value);
    this.#values.environment.set(name, bound(this.#texts, value));
  }

  // ------------------------------------------------------------------------------------------------ when

  #allOf(body: readonly GroovyNode[]): Condition {
    return body.reduce((all, node) => this.#texts.space.and(all, this.#when(node)), this.#texts.space.true);
  }

  #when(node: GroovyNode): Condition {
    const { space } = this.#texts;
    if (node.kind !== 'call') return this.#values.opaque(node);
    const name = lastName(node.target);
    const body = node.block?.body ?? [];
    const argument = (key: string): Text | undefined => {
      const given = named(node, key) ?? (key === 'pattern' ? positional(node, 0) : undefined);
      return given === undefined ? undefined : this.#values.text(given);
    };
    switch (name) {
      case 'allOf':
        return this.#allOf(body);
      case 'anyOf':
        return body.reduce((any, inner) => space.or(any, this.#when(inner)), space.false);
      case 'not':
        return space.not(this.#allOf(body));
      case 'branch':
        return this.#values.glob(
          'BRANCH_NAME',
          argument('pattern'),
          this.#texts.constant(argument('comparator') ?? this.#texts.empty),
        );
      case 'tag':
        return this.#values.glob(
          'TAG_NAME',
          argument('pattern'),
          this.#texts.constant(argument('comparator') ?? this.#texts.empty),
        );
      case 'buildingTag':
        return space.not(space.is(space.input('TAG_NAME'), undefined));
      case 'changeRequest':
        return space.not(space.is(space.input('CHANGE_ID'), undefined));
      case 'environment': {
        const [variable, value] = [argument('name'), argument('value')];
        const key = variable === undefined ? undefined : this.#texts.constant(variable);
        if (key === undefined || value === undefined) return this.#values.opaque(node);
        const known = this.#values.variable(key);
        return this.#values.equal(known ?? this.#texts.empty, value);
      }
      case 'equals': {
        const [expected, actual] = [argument('expected'), argument('actual')];
        return expected === undefined || actual === undefined
          ? this.#values.opaque(node)
          : this.#values.equal(expected, actual);
      }
      case 'expression': {
        const last = body[body.length - 1];
        const value = last?.kind === 'return' ? last.value : last;
        return body.length === 1 && value !== undefined ? this.#values.condition(value) : this.#values.opaque(node);
      }
      case 'beforeAgent':
      case 'beforeInput':
      case 'beforeOptions':
        return space.true;
      default:
        return this.#values.opaque(node);
    }
  }

  // ------------------------------------------------------------------------------------------------ commands

  #sh(call: GroovyCall): Value | undefined {
    const script = named(call, 'script') ?? named(call, 'command') ?? positional(call, 0);
    if (script === undefined) return undefined;
    const holes: Holes = new Map();
    const parts = this.#values.parts(script, this.#file, holes);
    const returns = named(call, 'returnStdout') !== undefined;
    const output = this.#run(call, parts, holes, returns);
    if (named(call, 'returnStatus') !== undefined) return undefined;
    return returns && output !== undefined ? { kind: 'text', text: output } : undefined;
  }

  #dockerBuild(call: GroovyCall): Value | undefined {
    const [image, rest] = [positional(call, 0), positional(call, 1)];
    if (image === undefined) return undefined;
    const holes: Holes = new Map();
    const at = this.#place(call.target.span);
    const word = (text: string): Part => constantPart(text, at);
    const args = rest === undefined ? [word('.')] : this.#values.parts(rest, this.#file, holes);
    const name = this.#values.text(image);
    const tag = quoted(this.#values.parts(image, this.#file, holes));
    this.#run(call, [word('docker build -t '), ...tag, word(' '), ...args], holes, false);
    return { kind: 'image', name };
  }

  #push(call: GroovyCall, image: Text, pushes: boolean): void {
    const texts = this.#texts;
    const given = positional(call, 0);
    const repository = texts.transform(image, 'repository', (text) => text.replace(/:[^/:]*$/, '')) ?? image;
    const tagged = given === undefined ? image : texts.concat(repository, texts.literal(':'), this.#values.text(given));
    const full = this.#registry === undefined ? tagged : texts.concat(this.#registry, texts.literal('/'), tagged);
    const holes: Holes = new Map();
    const at = this.#place(call.span);
    const word = (text: Text): string => {
      const constant = texts.constant(text);
      return constant === undefined ? `"\${${holeFor(text, holes)}}"` : `'${constant.replaceAll("'", "'\\''")}'`;
    };
    const commands = full === image ? [] : [`docker tag ${word(image)} ${word(full)}`];
    if (pushes) commands.push(`docker push ${word(full)}`);
    this.#run(call, [constantPart(commands.join('\n'), at)], holes, false);
  }

  #run(call: GroovyCall, parts: readonly Part[], holes: Holes, capture: boolean): Text | undefined {
    const { space } = this.#texts;
    if (parts.length === 0) return undefined;
    const at = this.#place(call.span);
    const variables = new Map<string, Binding>(this.#values.environment);
    const ran = runCommands(
      {
        texts: this.#texts,
        files: this.#files,
        script: parts,
        variables,
        inherited: (name) => this.#values.outsideVariable(name),
        holes,
        dialect: space.one<Dialect>('bash'),
        options: ['-x', '-e'],
        folder: this.#folder,
        when: this.#live,
        at,
      },
      capture,
    );
    this.#notes.push(...ran.notes);
    const branch = evidenceByBranch(this.#texts, this.#live, space.input('BRANCH_NAME'), space.input('TAG_NAME'), at);
    if (ran.steps.length > 0)
      this.#work.push({
        steps: ran.steps,
        standing: {
          texts: this.#texts,
          files: this.#files,
          folder: this.#folder,
          when: this.#live,
          chain: this.#chain,
          evidence: [...this.#evidence, ...branch],
          development: false,
          depth: 0,
        },
      });
    return ran.output;
  }
}
