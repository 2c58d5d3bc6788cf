/*
 * docker/metadata-action: image names times rules for tags.
 *
 * A rule gives a tag only for the refs and events that it is about, so the list of tags is a text of choices. What a rule
 * computes of the ref (`1.2` of `refs/tags/v1.2.3`) is a function of the ref's answer, and is exact once the ref is known.
 */
import type { Condition } from '../../value/diagram.js';
import type { Text } from '../../value/text.js';
import { type ActionCall, inputOf, type Outputs, outputs, symbolOf } from './action.js';
import { refName } from './contexts.js';
import { linesOf, listOf, pairOf, splitAt } from './lines.js';
import { refSelector } from './ref.js';
import { beginsWith } from './triggers.js';
import { property, textOf } from './value.js';

interface Rule {
  readonly when: Condition;
  readonly tag: Text;
  readonly priority: number;
}

const DEFAULT_RULES = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr'];

/** Which rule gives the version, unless `priority` says so. */
const PRIORITY: Readonly<Record<string, number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
};

/** docker/metadata-action. */
export function metadata(call: ActionCall): Outputs {
  const { texts } = call.machine;
  const { space } = texts;
  const images = listOf(texts, inputOf(call, 'images') ?? texts.empty).flatMap((line) => {
    const fields = fieldsOf(call, line);
    const enabled = enabledWhere(call, fields.get('enable'));
    const name = fields.get('name') ?? fields.get('');
    return name === undefined ? [] : [{ name, enabled }];
  });
  const written = listOf(texts, inputOf(call, 'tags') ?? texts.empty);
  const lines = written.length > 0 ? written : DEFAULT_RULES.map((rule) => texts.literal(rule));
  const flavor = new Map(
    listOf(texts, inputOf(call, 'flavor') ?? texts.empty)
      .flatMap((line) => [...fieldsOf(call, line)])
      .map(([name, value]) => [name, value] as const),
  );
  const rules = lines.flatMap((line) => ruleOf(call, line, flavor));
  const latest = latestWhere(call, flavor.get('latest'), lines);
  const out: Text[] = [];
  const newline = texts.literal('\n');
  const tags = [...rules, { when: latest, tag: texts.literal('latest'), priority: -1 }];
  for (const { name, enabled } of images)
    for (const { when, tag } of tags) {
      const full = texts.concat(name, texts.literal(':'), tag, newline);
      out.push(texts.pick(space.and(when, enabled), full, texts.empty));
    }
  let version = texts.empty;
  for (const { when, tag } of [...rules].sort((a, b) => a.priority - b.priority))
    version = texts.pick(when, tag, version);
  return outputs({ tags: texts.concat(...out), version, labels: symbolOf(call, 'labels') });
}

/** `type=raw,value=x`: fields by name; a field without a name is the value, or the image. */
function fieldsOf(call: ActionCall, line: Text): Map<string, Text> {
  const { texts } = call.machine;
  const fields = new Map<string, Text>();
  for (const field of splitAt(texts, line, /,/)) {
    const pair = pairOf(texts, field);
    if (pair === undefined) fields.set('', field);
    else fields.set(pair.name.toLowerCase(), pair.value);
  }
  return fields;
}

function ruleOf(call: ActionCall, line: Text, flavor: ReadonlyMap<string, Text>): readonly Rule[] {
  const { machine, seat } = call;
  const { texts } = machine;
  const { space } = texts;
  const fields = fieldsOf(call, line);
  const type = texts.constant(fields.get('type') ?? texts.literal('raw')) ?? 'raw';
  const given = Number(texts.constant(fields.get('priority') ?? texts.empty) ?? '');
  const priority = given > 0 ? given : Object.hasOwn(PRIORITY, type) ? (PRIORITY[type] ?? 0) : 0;
  const enabled = enabledWhere(call, fields.get('enable'));
  const name = refName(machine);
  const event = textOf(texts, property(texts, seat.unit.github, 'event_name'));
  const is = (word: string): Condition => texts.equal(event, texts.literal(word)) ?? space.false;
  const computed = (what: string, of: (name: string) => string): Text => texts.transform(name, what, of) ?? name;
  const rule = (when: Condition, tag: Text, prefix = ''): Rule => ({
    when: space.and(when, enabled),
    tag: texts.concat(
      fields.get('prefix') ?? flavor.get('prefix') ?? texts.literal(prefix),
      tag,
      fields.get('suffix') ?? flavor.get('suffix') ?? texts.empty,
    ),
    priority,
  });
  switch (type) {
    case 'raw': {
      const value = fields.get('value') ?? fields.get('') ?? texts.empty;
      return [rule(space.true, expanded(call, value))];
    }
    case 'sha': {
      const sha = texts.symbol('${{ github.sha }}', undefined, 'checkout');
      const long = texts.constant(fields.get('format') ?? texts.empty) === 'long';
      return [
        rule(space.true, long ? sha : (texts.transform(sha, 'short', (text) => text.slice(0, 7)) ?? sha), 'sha-'),
      ];
    }
    case 'ref': {
      const kind = texts.constant(fields.get('event') ?? texts.empty) ?? '';
      if (kind === 'pr') {
        const number = texts.symbol('${{ github.event.number }}');
        return [rule(beginsWith(machine, 'refs/pull/'), number, 'pr-')];
      }
      const where = beginsWith(machine, kind === 'tag' ? 'refs/tags/' : 'refs/heads/');
      return [rule(where, computed('the tag for', sanitized))];
    }
    case 'semver':
    case 'pep440': {
      const pattern = texts.constant(fields.get('pattern') ?? texts.empty) ?? '';
      const value = fields.get('value');
      if (value !== undefined && value !== texts.empty) {
        const tag = texts.transform(value, `${type} ${pattern} of`, (text) => semver(text, pattern) ?? text) ?? value;
        return [rule(space.true, tag)];
      }
      // Of a tag nothing is known but that it is one; that it is a version is what the rule is for.
      return [
        rule(
          beginsWith(machine, 'refs/tags/'),
          computed(`${type} ${pattern} of`, (text) => semver(text, pattern) ?? text),
        ),
      ];
    }
    case 'match': {
      const pattern = texts.constant(fields.get('pattern') ?? texts.empty) ?? '';
      return [rule(beginsWith(machine, 'refs/tags/'), texts.symbol(`match ${pattern}`, new Set([refSelector(texts)])))];
    }
    case 'edge': {
      const branch = texts.constant(fields.get('branch') ?? texts.empty) ?? '';
      const where = branch === '' ? isDefaultBranch(call) : space.is(refSelector(texts), `refs/heads/${branch}`);
      return [rule(where, texts.literal('edge'))];
    }
    case 'schedule': {
      const pattern = texts.constant(fields.get('pattern') ?? texts.empty) || 'nightly';
      const tag = pattern.includes('{{') ? texts.symbol(pattern, undefined, 'clock') : texts.literal(pattern);
      return [rule(is('schedule'), tag)];
    }
    default:
      return [];
  }
}

/** Handlebars of a value: those about the ref are computed, all others are unknown. */
function expanded(call: ActionCall, value: Text): Text {
  const { machine } = call;
  const { texts } = machine;
  const pieces = value.pieces.flatMap((piece) => {
    if (piece.kind !== 'literal' || !piece.text.includes('{{')) return [texts.join([piece])];
    return piece.text.split(/(\{\{[^{}]*\}\})/).map((part) => {
      if (!part.startsWith('{{')) return texts.literal(part);
      const inner = part.slice(2, -2).trim();
      if (inner === 'branch' || inner === 'tag')
        return texts.transform(refName(machine), 'the tag for', sanitized) ?? refName(machine);
      if (inner === 'sha') return texts.symbol('short(⟨${{ github.sha }}⟩)', undefined, 'checkout');
      const clock = inner.startsWith('date');
      return texts.symbol(part, undefined, clock ? 'clock' : '', clock);
    });
  });
  return texts.concat(...pieces);
}

function enabledWhere(call: ActionCall, enable: Text | undefined): Condition {
  const { texts } = call.machine;
  const { space } = texts;
  if (enable === undefined) return space.true;
  const constant = texts.constant(enable);
  if (constant !== undefined && constant.replace(/\s/g, '') === '{{is_default_branch}}') return isDefaultBranch(call);
  return texts.equal(enable, texts.literal('true')) ?? texts.unknown('= true', enable);
}

/** Nothing in the files says which branch is the default one; `main` and `master` are. */
function isDefaultBranch({ machine }: ActionCall): Condition {
  const { space } = machine.texts;
  const selector = refSelector(machine.texts);
  const named = space.is(selector, 'refs/heads/main', 'refs/heads/master');
  const other = space.test(selector, 'is the default branch', (ref) =>
    /^refs\/heads\/(?:main|master)$/.test(ref ?? ''),
  );
  return space.or(named, space.and(beginsWith(machine, 'refs/heads/'), other));
}

/** `latest` is added for released versions, unless `flavor` says otherwise. */
function latestWhere(call: ActionCall, flavor: Text | undefined, lines: readonly Text[]): Condition {
  const { machine } = call;
  const { texts } = machine;
  const { space } = texts;
  const said = flavor === undefined ? 'auto' : texts.constant(flavor);
  if (said === 'false') return space.false;
  if (flavor !== undefined && said !== 'auto') return enabledWhere(call, flavor);
  const released = lines.some((line) => {
    const constant = linesOf(texts, line)
      .map((one) => texts.constant(one) ?? '')
      .join('');
    return /type=(?:semver|pep440|match)\b/.test(constant) || /type=ref\b.*event=tag\b/.test(constant);
  });
  if (!released) return space.false;
  const ref = texts.answer(refSelector(texts));
  const stable = texts.matches(ref, 'is a tag of a release', (text) => /^refs\/tags\/[^-]*$/.test(text)) ?? space.true;
  return space.and(beginsWith(machine, 'refs/tags/'), stable);
}

function sanitized(name: string): string {
  return name.replace(/[^a-zA-Z0-9._-]+/g, '-');
}

/** A version by a pattern; undefined when the name is no version. */
function semver(name: string, pattern: string): string | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)((?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]+)?$/.exec(name);
  if (found === null) return undefined;
  const [, major = '', minor = '', patch = '', rest = ''] = found;
  const version = `${major}.${minor}.${patch}${rest}`;
  if (rest !== '' && !/\{\{\s*(?:version|raw)\s*\}\}/.test(pattern)) return version;
  return pattern.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole: string, field: string) => {
    switch (field) {
      case 'version':
        return version;
      case 'major':
        return major;
      case 'minor':
        return minor;
      case 'patch':
        return patch;
      case 'raw':
        return name;
      default:
        return whole;
    }
  });
}
