/**
 * Commands and variables that answer with something of the machine, the moment or the checkout, not of the project.
 *
 * `volatile` answers equal nothing, not even the same question asked again (`date`); the others are one symbol everywhere.
 */

/** Where an ambient answer comes from. */
export type AmbientSource = 'clock' | 'host' | 'user' | 'checkout' | 'random' | 'network' | 'cores';

/** An answer that the repository does not fix. */
export interface Ambient {
  readonly source: AmbientSource;
  /** True when two evaluations of the same text differ. */
  readonly volatile: boolean;
}

const fixed = (source: AmbientSource): Ambient => ({ source, volatile: false });
const volatile = (source: AmbientSource): Ambient => ({ source, volatile: true });

const CLOCK = volatile('clock');
const RANDOM = volatile('random');
const HOST = fixed('host');
const USER = fixed('user');
const CHECKOUT = fixed('checkout');
const NETWORK = fixed('network');
const CORES = fixed('cores');

/** Commands whose output is ambient whatever the operands say. */
const COMMANDS: ReadonlyMap<string, Ambient> = new Map([
  ['hostname', HOST],
  ['hostnamectl', HOST],
  ['hostid', HOST],
  ['uname', HOST],
  ['arch', HOST],
  ['dnsdomainname', HOST],
  ['ifconfig', HOST],
  ['lscpu', HOST],
  ['free', HOST],
  ['df', HOST],
  ['uptime', CLOCK],
  ['whoami', USER],
  ['id', USER],
  ['logname', USER],
  ['groups', USER],
  ['who', USER],
  ['tty', USER],
  ['nproc', CORES],
  ['uuidgen', RANDOM],
  ['mcookie', RANDOM],
  ['mktemp', RANDOM],
  ['shuf', RANDOM],
  ['pwgen', RANDOM],
  ['svnversion', CHECKOUT],
  ['curl', NETWORK],
  ['wget', NETWORK],
  ['dig', NETWORK],
  ['nslookup', NETWORK],
  ['host', NETWORK],
  ['kubectl', NETWORK],
  ['aws', NETWORK],
  ['gcloud', NETWORK],
  ['az', NETWORK],
  ['gh', NETWORK],
  ['vault', NETWORK],
]);

/** Questions that git answers from the checkout; the rest of git changes things or talks to a server. */
const GIT_QUESTIONS = new Set(
  'rev-parse describe log status show symbolic-ref branch rev-list diff diff-index tag name-rev show-ref for-each-ref ls-files shortlog merge-base config var cat-file hash-object'.split(
    ' ',
  ),
);

function ofDate(operands: readonly string[]): Ambient | undefined {
  for (let index = 0; index < operands.length; index++) {
    const word = operands[index] ?? '';
    const value =
      /^--(?:date|reference)=(.*)$/.exec(word)?.[1] ?? (/^-u?[dr]$/.test(word) ? operands[index + 1] : undefined);
    if (value === undefined) continue;
    // A date that is spelled out or an epoch says the same every time: `date -d @$SOURCE_DATE_EPOCH`, `date -r file`.
    if (/^(?:@|\d{4}-\d\d)/.test(value) || word.includes('r')) return undefined;
  }
  return CLOCK;
}

function ofGit(operands: readonly string[]): Ambient | undefined {
  for (let index = 0; index < operands.length; index++) {
    const word = operands[index] ?? '';
    if (/^(?:-C|-c|--git-dir|--work-tree)$/.test(word)) index++;
    else if (!word.startsWith('-')) {
      // Who works on the machine: settings of the user, not of the checkout.
      if (
        /^(?:config|var)$/.test(word) &&
        operands.some((other) => /^(?:user\.|GIT_(?:AUTHOR|COMMITTER)_IDENT)/.test(other))
      )
        return USER;
      return word === 'ls-remote' || word === 'fetch' ? NETWORK : GIT_QUESTIONS.has(word) ? CHECKOUT : undefined;
    }
  }
  return undefined;
}

/** What a command's output says of its surroundings, or undefined when it is a function of the project and its words. */
export function ambientOf(argv: readonly string[]): Ambient | undefined {
  const [command = '', ...operands] = argv;
  const name = command.slice(command.lastIndexOf('/') + 1);
  switch (name) {
    case 'date':
    case 'gdate':
      return ofDate(operands);
    case 'git':
      return ofGit(operands);
    case 'hg':
      return /^(?:id|identify|log|parent|parents|summary|branch)$/.test(operands[0] ?? '') ? CHECKOUT : undefined;
    case 'svn':
      return operands[0] === 'info' || operands[0] === 'log' ? CHECKOUT : undefined;
    case 'openssl':
      return operands[0] === 'rand' || /^gen/.test(operands[0] ?? '') ? RANDOM : undefined;
    case 'getconf':
      return /NPROCESSORS/.test(operands.join(' ')) ? CORES : HOST;
    case 'sysctl':
      return /ncpu|cpu/.test(operands.join(' ')) ? CORES : HOST;
    case 'dpkg':
      return operands[0] === '--print-architecture' ? HOST : undefined;
    case 'apk':
      return operands[0] === '--print-arch' ? HOST : undefined;
    case 'ip':
      return HOST;
    case 'getent':
      return operands[0] === 'hosts' || operands[0] === 'ahosts' ? NETWORK : USER;
  }
  const known = COMMANDS.get(name);
  if (known !== undefined) return known;
  for (const word of operands) {
    if (/(?:^|=)\/dev\/u?random$|\/proc\/sys\/kernel\/random\//.test(word)) return RANDOM;
    if (word === '/proc/cpuinfo') return CORES;
    if (/^\/proc\/(?:meminfo|version|sys\/kernel)|^\/etc\/(?:hostname|machine-id)$/.test(word)) return HOST;
  }
  return undefined;
}

/** What POSIX has everywhere and what only asks, with the operands that say so. */
const QUERIES: ReadonlyMap<string, RegExp> = new Map([
  ['uname', /^-[amnrsvpio]+$/],
  ['date', /^(?:-u|\+.*)$/],
  ['id', /^-[ugGnr]+$/],
]);

/**
 * Whether a command may be taken to succeed on every machine: `uname -s || echo unknown` is what `uname -s` says. One of
 * the two programs called date knows how to write a given moment: `date -d @$T || date -r $T || date`.
 */
export function isSureQuery(argv: readonly string[]): boolean {
  const [command = '', ...operands] = argv;
  if (/^g?date$/.test(command) && ambientOf(argv) === undefined) return true;
  const known = QUERIES.get(command);
  return known !== undefined && operands.every((word) => known.test(word));
}

const VARIABLES: ReadonlyMap<string, Ambient> = new Map([
  ['RANDOM', RANDOM],
  ['SRANDOM', RANDOM],
  ['SECONDS', CLOCK],
  ['EPOCHSECONDS', CLOCK],
  ['EPOCHREALTIME', CLOCK],
  ['BASHPID', RANDOM],
  ['PPID', RANDOM],
  ['$', RANDOM],
  ['!', RANDOM],
  ['HOSTNAME', HOST],
  ['HOSTTYPE', HOST],
  ['MACHTYPE', HOST],
  ['OSTYPE', HOST],
  ['USER', USER],
  ['LOGNAME', USER],
  ['UID', USER],
  ['EUID', USER],
  ['GROUPS', USER],
  ['HOME', USER],
  ['SUDO_USER', USER],
  ['PWD', CHECKOUT],
  ['OLDPWD', CHECKOUT],
  ['TMPDIR', HOST],
  ['NUMBER_OF_PROCESSORS', CORES],
]);

/** What a variable says of its surroundings when nothing in the project sets it (`$RANDOM`, `$HOSTNAME`, `$PWD`). */
export function ambientVariable(name: string): Ambient | undefined {
  return VARIABLES.get(name);
}
