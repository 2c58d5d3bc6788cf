/*
 * Node is the judge: a configuration that is really run, with a NODE_ENV, must give the settings that the evaluation gives
 * where NODE_ENV has that answer.
 */
import { expect, it } from 'vitest';
import { evaluateFiles, settingsIn } from './evaluate.js';

const PROGRAMS: Readonly<Record<string, string>> = {
  'comparison and conditional': `
    const isProduction = process.env.NODE_ENV === 'production';
    module.exports = { mode: isProduction ? 'production' : 'development', devtool: !isProduction && 'eval' };`,
  'loose comparison': `module.exports = { minimize: process.env.NODE_ENV == 'production', a: process.env.NODE_ENV != null };`,
  'default by or, by ??, by destructuring': `
    const { NODE_ENV = 'staging', ...others } = process.env;
    module.exports = { a: process.env.NODE_ENV || 'x', b: process.env.NODE_ENV ?? 'y', c: NODE_ENV };`,
  'assignment under conditions': `
    let minify = false;
    var sourcemap = true;
    if (process.env.NODE_ENV === 'production') { minify = true; sourcemap = false; }
    else if (process.env.NODE_ENV === 'staging') sourcemap = 'hidden';
    module.exports = { minify, sourcemap };`,
  'switch with fall-through and default': `
    let target;
    switch (process.env.NODE_ENV) {
      case 'production': target = 'es5'; break;
      case 'staging':
      case 'test': target = 'es6';
      default: target = target || 'esnext';
    }
    module.exports = { target };`,
  'switch in a function': `
    function pick(name) { switch (name) { case 'production': return 1; case 'staging': return 2; } return 3; }
    module.exports = { level: pick(process.env.NODE_ENV) };`,
  'spread of conditional objects': `
    const base = { a: 1, b: 2 };
    const prod = process.env.NODE_ENV === 'production';
    module.exports = { ...base, ...(prod && { b: 3, c: 4 }), ...(prod ? {} : { d: 5 }) };`,
  'arrays with filter': `
    const dev = process.env.NODE_ENV !== 'production';
    module.exports = { list: ['a', dev && 'b', ...(dev ? ['c'] : []), !dev && 'd'].filter(Boolean) };`,
  'push, concat and unshift under conditions': `
    const list = ['a'];
    if (process.env.NODE_ENV === 'production') list.push('b'); else list.unshift('c');
    module.exports = { list: list.concat(process.env.NODE_ENV === 'test' ? ['d', 'e'] : []) };`,
  'mutation of a property': `
    const config = { mode: 'development', output: { filename: '[name].js' } };
    if (process.env.NODE_ENV === 'production') { config.mode = 'production'; config.output.filename = '[name].[hash].js'; }
    if (process.env.NODE_ENV) config['extra'] = true;
    module.exports = config;`,
  'early return': `
    function config() {
      if (process.env.NODE_ENV === 'production') return { a: 1 };
      const rest = { a: 2 };
      if (!process.env.NODE_ENV) return rest;
      return { ...rest, b: 3 };
    }
    module.exports = config();`,
  'function with defaults and closures': `
    const make = (env, { maps = env !== 'production', level = 1 } = {}) => ({ maps, level, env });
    module.exports = make(process.env.NODE_ENV || 'development', { level: 2 });`,
  'template strings and +': `
    const env = process.env.NODE_ENV || 'none';
    module.exports = { out: \`dist/\${env}/x\`, plus: 'a-' + env + '-' + 1, number: 1 + 2 };`,
  'look-up tables': `
    const levels = { production: 'high', staging: 'middle' };
    module.exports = { level: levels[process.env.NODE_ENV] || 'low' };`,
  'includes and some': `
    module.exports = {
      a: ['production', 'staging'].includes(process.env.NODE_ENV),
      b: ['x', 'test'].some((name) => name === process.env.NODE_ENV),
      c: ['production'].indexOf(process.env.NODE_ENV) !== -1,
      d: (process.env.NODE_ENV || '').startsWith('prod'),
    };`,
  'map, reduce and entries': `
    const prod = process.env.NODE_ENV === 'production';
    const keys = ['a', 'b'];
    const made = keys.reduce((all, key) => ({ ...all, [key]: prod }), {});
    module.exports = { made, list: keys.map((key) => key + (prod ? '.min' : '')),
      again: Object.fromEntries(Object.entries({ x: 1, y: prod }).map(([key, value]) => [key + '!', value])) };`,
  'for of': `
    const out = {};
    for (const name of ['production', 'staging', 'test']) {
      if (process.env.NODE_ENV !== name) miss(name); else { out[name] = true; continue; }
      out['after-' + name] = 'x';
    }
    function miss(name) { out['not-' + name] = 1; }
    module.exports = { out };`,
  'for of with break': `
    let found = 'nothing';
    for (const name of ['production', 'staging']) { if (process.env.NODE_ENV === name) { found = name; break; } }
    module.exports = { found };`,
  'Object.assign and logical assignment': `
    const config = Object.assign({}, { a: 1 }, process.env.NODE_ENV === 'production' ? { a: 2 } : null);
    config.b ||= process.env.NODE_ENV; config.b ??= 'none'; config.a &&= config.a + 1;
    module.exports = config;`,
  'text methods': `
    const env = (process.env.NODE_ENV || 'DEV').toUpperCase();
    module.exports = { env, isProduction: env === 'PRODUCTION' };`,
  'JSON.stringify': `module.exports = { define: { env: JSON.stringify(process.env.NODE_ENV || 'x'), flag: JSON.stringify(true) } };`,
  'typeof and in': `module.exports = { a: typeof process.env.NODE_ENV === 'undefined', b: 'NODE_ENV' in process.env };`,
  'throw and try': `
    let mode = 'a';
    try { if (process.env.NODE_ENV === 'production') throw new Error('x'); mode = 'b'; } catch (error) { mode = 'c'; }
    module.exports = { mode };`,
  'not, and, or together': `
    const a = process.env.NODE_ENV === 'production', b = process.env.NODE_ENV === 'staging';
    module.exports = { x: !(a || b), y: (a && 'p') || (b && 's') || 'n', z: a ? b : !b };`,
  'exported function': `module.exports = (env, argv) => ({ minimize: process.env.NODE_ENV === 'production', mode: argv.mode || 'none' });`,
  'nested lists of objects': `
    const prod = process.env.NODE_ENV === 'production';
    module.exports = { rules: [{ use: prod ? 'extract' : 'style' }, ...(prod ? [{ use: 'min' }] : [])] };`,
};

const ANSWERS = [undefined, '', 'production', 'staging', 'test', 'something'] as const;

/** The settings of what Node gives, by the same reading of objects and lists. */
function flatten(value: unknown, path: string, out: Record<string, string>): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    const seen = new Map<string, number>();
    for (const [i, item] of value.entries()) {
      if (!item) continue;
      if (typeof item === 'object') flatten(item, `${path}.${i}`, out);
      else {
        const count = (seen.get(String(item)) ?? 0) + 1;
        seen.set(String(item), count);
        out[`${path}.${item}${count > 1 ? `#${count}` : ''}`] = '';
      }
    }
  } else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path}.${key}`, out);
  else out[path] = String(value);
}

function run(text: string, answer: string | undefined): Record<string, string> {
  const module: { exports: unknown } = { exports: {} };
  const env = answer === undefined ? {} : { NODE_ENV: answer };
  new Function('module', 'process', text)(module, { env, argv: ['node'] });
  const out: Record<string, string> = {};
  const { exports } = module;
  flatten(typeof exports === 'function' ? exports({}, {}) : exports, '', out);
  return out;
}

it.each(Object.entries(PROGRAMS))('%s', (_, text) => {
  const { bundles, notes } = evaluateFiles('webpack.config.js', {
    'webpack.config.js': text,
    'package.json': '{"scripts": {"build": "webpack"}}',
  });
  expect(notes).toEqual([]);
  const [bundle] = bundles;
  expect(bundle).toBeDefined();
  if (bundle === undefined) return;
  for (const answer of ANSWERS) expect(settingsIn(bundle, { NODE_ENV: answer })).toEqual(run(text, answer));
});
