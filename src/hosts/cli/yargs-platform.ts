import Parser from 'yargs-parser';

/**
 * What the bundle gives yargs in place of its own platform layer (see build.mjs): that one reads locale files and loads
 * Unicode tables for a help page which we do not use, at 25 ms of every start. Here, yargs parses and nothing else.
 */
const platform = {
  Parser,
  assert: { notStrictEqual() {}, strictEqual() {} },
  cliui: notUsed,
  findUp: () => undefined,
  getCallerFile: () => '',
  getEnv: () => undefined,
  getProcessArgvBin: () => 'envariant',
  inspect: String,
  mainFilename: '',
  path: { basename: last, dirname: last, extname: () => '', join: last, relative: last, resolve: last },
  process: {
    argv: () => ['envariant'],
    cwd: () => '',
    emitWarning() {},
    execPath: () => '',
    exit() {},
    nextTick: queueMicrotask,
    stdColumns: 80,
  },
  readFileSync: notUsed,
  readdirSync: () => [],
  require: notUsed,
  stringWidth: (text: string) => text.length,
  y18n: {
    __: format,
    __n: (one: string, many: string, number: number, ...values: readonly unknown[]) =>
      format(number === 1 ? one : many, number, ...values),
    getLocale: () => 'en_US',
    setLocale() {},
    updateLocale() {},
  },
};

function notUsed(): never {
  throw new Error('this part of yargs is not in the bundle');
}

function last(...parts: readonly string[]): string {
  return parts[parts.length - 1] ?? '';
}

function format(text: string, ...values: readonly unknown[]): string {
  let next = 0;
  return text.replace(/%[sd]/g, () => String(values[next++]));
}

export default platform;
