import { SYSTEM } from './coreutils.js';
import { type Answer, each, has, optionValue, type Parsed, type Tool } from './shape.js';

/** Packages of the system. Sources: the manual pages of apt-get, apk, dnf, zypper and pacman. */

const installs = (): Answer => ({ role: 'install-packages', outputs: SYSTEM });
const removes = (): Answer => ({ role: 'remove', outputs: SYSTEM });

const APT: Tool = {
  toolchain: 'apt',
  valued: '-t --target-release -o --option -c --config-file',
  neutral:
    '-y -q -qq -f -qy -yq -yqq -qqy --fix-missing --fix-broken --force-yes --allow-unauthenticated --assume-yes --no-show-progress -u -V --show-progress',
  reads: 'DEBIAN_FRONTEND APT_CONFIG',
  subcommands: {
    ...each('install reinstall upgrade dist-upgrade full-upgrade build-dep satisfy', installs),
    ...each('remove purge autoremove autopurge', removes),
    update: () => ({ role: 'fetch', outputs: ['/var/lib/apt/lists'] }),
    ...each('clean autoclean distclean dist-clean', 'clean'),
    ...each('source download changelog', 'fetch'),
    ...each('list show search policy depends rdepends pkgnames showpkg dump madison indextargets check', 'check'),
    ...each('add-repository edit-sources', 'configure'),
  },
};

const DNF: Tool = {
  toolchain: 'dnf',
  valued:
    '-c --config --enablerepo --disablerepo --installroot --releasever --setopt -x --exclude --repo --repofrompath --disableplugin --enableplugin',
  neutral: '-y -q -v -d -e --nodocs',
  subcommands: {
    ...each(
      'install reinstall localinstall groupinstall update upgrade distro-sync downgrade swap builddep update-minimal group',
      installs,
    ),
    ...each('remove erase autoremove groupremove', removes),
    ...each('clean', 'clean'),
    ...each('makecache check-update', 'fetch'),
    ...each('module config-manager copr versionlock mark shell', 'configure'),
    ...each('list info search repolist repoquery provides history deplist', 'check'),
    download: 'fetch',
  },
};

const APK: Tool = {
  toolchain: 'apk',
  valued: '-t --virtual -X --repository -p --root --arch --keys-dir --repositories-file --cache-dir --wait',
  neutral: '-U -q -v --no-cache --update-cache --cache-dir --wait',
  subcommands: {
    ...each('add fix upgrade', installs),
    del: removes,
    update: () => ({ role: 'fetch', outputs: ['/var/cache/apk', '/lib/apk'] }),
    ...each('cache', 'clean'),
    fetch: 'fetch',
    ...each('info list search version policy stats verify audit dot', 'check'),
  },
  bare: 'check',
};

const PACMAN: Tool = {
  toolchain: 'pacman',
  otherwise: (call) => {
    const operation = call.options.find((option) => /^-[A-Z]/.test(option.name))?.name ?? '';
    if (/^-Sc/.test(operation)) return { role: 'clean' };
    if (/^-[SU]/.test(operation))
      return call.operands.length === 0 && !operation.includes('u')
        ? { role: 'fetch', outputs: ['/var/lib/pacman'] }
        : installs();
    if (/^-R/.test(operation)) return removes();
    return { role: 'check' };
  },
  neutral: '--noconfirm --needed',
};

const PHP_EXTENSION = (): Answer => ({ role: 'install-packages', outputs: ['/usr/local', '/usr/src/php'] });

/** npm i -g and its kind put programs below the prefix of node. */
export const GLOBAL: readonly string[] = ['/usr', '/opt', '/root', '/home'];

/** Package managers of systems, by command. */
export const PACKAGES: Readonly<Record<string, Tool>> = {
  'apt-get': APT,
  'xx-apt-get': APT,
  'xx-apt': APT,
  apt: APT,
  aptitude: APT,
  'apt-cache': { toolchain: 'apt', otherwise: 'check' },
  'apt-config': { toolchain: 'apt', otherwise: 'check' },
  install_packages: { toolchain: 'apt', otherwise: installs },
  dpkg: {
    toolchain: 'apt',
    otherwise: (call: Parsed) => {
      if (has(call, '-i', '--install', '--unpack', '--configure')) return installs();
      if (has(call, '-r', '-P', '--remove', '--purge')) return removes();
      if (has(call, '--add-architecture', '--remove-architecture', '--set-selections')) return { role: 'configure' };
      if (has(call, '-x', '--extract', '-X'))
        return { role: 'copy', inputs: call.operands.slice(0, 1), outputs: call.operands.slice(1) };
      return { role: 'check' };
    },
  },
  'dpkg-buildpackage': {
    toolchain: 'debian',
    otherwise: () => ({ role: 'compile', outputs: ['..', '.'] }),
    neutral: '-j',
    valued: '-j',
    reads: 'DEB_BUILD_OPTIONS DEB_BUILD_PROFILES CFLAGS CXXFLAGS LDFLAGS DEB_*',
  },
  debuild: { toolchain: 'debian', otherwise: () => ({ role: 'compile', outputs: ['..', '.'] }) },
  rpm: {
    toolchain: 'dnf',
    otherwise: (call: Parsed) => {
      const letters = call.options.map((option) => option.name).join(' ');
      if (/--import|--rebuilddb|--setperms/.test(letters)) return { role: 'configure' };
      if (/(?:^| )(?:-[a-zA-Z]*[iUF]|--install|--upgrade)/.test(letters) && !/(?:^| )-q/.test(letters))
        return installs();
      if (/(?:^| )(?:-e|--erase)/.test(letters)) return removes();
      return { role: 'check' };
    },
  },
  dnf: DNF,
  dnf5: DNF,
  yum: DNF,
  microdnf: DNF,
  tdnf: DNF,
  'yum-config-manager': { toolchain: 'dnf', otherwise: 'configure' },
  'amazon-linux-extras': { toolchain: 'dnf', otherwise: installs },
  apk: APK,
  'xx-apk': APK,
  zypper: {
    toolchain: 'zypper',
    valued: '-R --root -r --repo --from',
    neutral: '-n -q --non-interactive --no-refresh',
    subcommands: {
      ...each('install in update up patch dup dist-upgrade source-install si', installs),
      ...each('remove rm', removes),
      ...each('clean cc', 'clean'),
      ...each('refresh ref', 'fetch'),
      ...each('addrepo ar removerepo rr modifyrepo mr addlock al', 'configure'),
      ...each('search se info if repos lr', 'check'),
    },
  },
  pacman: PACMAN,
  yay: PACMAN,
  brew: {
    toolchain: 'brew',
    subcommands: {
      ...each('install upgrade bundle reinstall', 'install-packages'),
      ...each('update tap', 'fetch'),
      ...each('cleanup', 'clean'),
      ...each('list info --prefix', 'check'),
    },
  },
  'nix-env': {
    toolchain: 'nix',
    otherwise: () => ({ role: 'install-packages', outputs: ['/nix', '/root/.nix-profile'] }),
  },
  'nix-build': {
    toolchain: 'nix',
    valued: '-A --attr -o --out-link -I --arg --argstr -j --max-jobs --option',
    neutral: '-j --max-jobs --cores',
    otherwise: (call: Parsed) => ({
      role: 'compile',
      outputs: [optionValue(call, '-o', '--out-link') ?? 'result', '/nix'],
    }),
  },
  nix: {
    toolchain: 'nix',
    valued: '-o --out-link --option --extra-experimental-features',
    subcommands: {
      build: (call) => ({ role: 'compile', outputs: [optionValue(call, '-o', '--out-link') ?? 'result', '/nix'] }),
      'profile install': 'install-packages',
      flake: 'check',
    },
  },
  snap: { toolchain: 'snap', subcommands: { install: 'install-packages', remove: removes } },

  'docker-php-ext-install': { toolchain: 'php-extension', valued: '-j', neutral: '-j', otherwise: PHP_EXTENSION },
  'install-php-extensions': { toolchain: 'php-extension', otherwise: PHP_EXTENSION, reads: 'IPE_*' },
  'docker-php-ext-enable': {
    toolchain: 'php-extension',
    otherwise: () => ({ role: 'configure', outputs: ['/usr/local/etc/php'] }),
  },
  'docker-php-ext-configure': {
    toolchain: 'php-extension',
    otherwise: () => ({ role: 'configure', outputs: ['/usr/src/php'] }),
  },
  'docker-php-source': {
    toolchain: 'php-extension',
    otherwise: () => ({ role: 'configure', outputs: ['/usr/src/php'] }),
  },
  pecl: {
    toolchain: 'php-extension',
    valued: '-D --configureoptions -d',
    neutral: '-q -f',
    subcommands: {
      ...each('install upgrade', PHP_EXTENSION),
      ...each('channel-update update-channels config-set', 'configure'),
      ...each('uninstall', 'remove'),
      ...each('list info', 'check'),
      ...each('download', 'fetch'),
      'clear-cache': 'clean',
    },
  },
  pear: {
    toolchain: 'php-extension',
    subcommands: {
      ...each('install upgrade', PHP_EXTENSION),
      ...each('config-set channel-discover channel-update update-channels', 'configure'),
      'clear-cache': 'clean',
      list: 'check',
    },
  },
  pickle: { toolchain: 'php-extension', subcommands: { install: PHP_EXTENSION } },
  phpize: { toolchain: 'php-extension', otherwise: () => ({ role: 'configure', outputs: ['.'] }) },
};
