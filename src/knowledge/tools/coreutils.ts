import { type Answer, has, optionValue, optionValues, type Parsed, type Tool, under } from './shape.js';
import { baseName } from './wrappers.js';

/** Files and settings: coreutils, archives, downloads, users. Sources: the manual pages of GNU coreutils, tar, git, curl. */

const VERBOSE = '-v -q';

/** `cp a b dir`: everything but the last goes to the last, or to -t. */
function copy(call: Parsed): Answer {
  const target = optionValue(call, '-t', '--target-directory');
  if (target !== undefined) return { role: 'copy', inputs: call.operands, outputs: [target] };
  const last = call.operands.at(-1);
  if (last === undefined) return { role: 'copy' };
  return {
    role: 'copy',
    inputs: call.operands.slice(0, -1),
    outputs: call.operands.length > 1 ? [last] : [baseName(last)],
  };
}

function install(call: Parsed): Answer {
  if (has(call, '-d', '--directory')) return { role: 'configure', outputs: call.operands };
  return copy(call);
}

/** Folders whose content is a cache or rubbish, so that nobody ships it on purpose. */
const CACHE =
  /^(?:\/var\/lib\/(?:apt|dnf|yum)(?:\/|$)|\/var\/cache(?:\/|$)|\/var\/log(?:\/|$)|\/(?:var\/)?tmp(?:\/|$)|(?:\/root|~|\/home\/\w+|\$HOME)\/\.(?:cache|npm|cargo\/registry|composer\/cache|gem|bundle\/cache|m2|gradle)(?:\/|$)|\/usr\/share\/(?:doc|man|info|locale)(?:\/|$)|\/usr\/local\/share\/\.cache(?:\/|$)|\/usr\/src\/php(?:\/|$))/;

function remove(call: Parsed): Answer {
  const caches = call.operands.length > 0 && call.operands.every((path) => CACHE.test(path));
  return { role: caches ? 'clean' : 'remove', outputs: call.operands };
}

function sed(call: Parsed): Answer {
  const scripted = call.options.some((option) => /^(?:-e|-f|--expression|--file)$/.test(option.name));
  const files = scripted ? call.operands : call.operands.slice(1);
  if (has(call, '-i', '--in-place')) return { role: 'edit', operands: files, inputs: files, outputs: files };
  return { role: 'check', operands: files, inputs: files };
}

function perl(call: Parsed): Answer {
  const inPlace = call.options.some((option) => option.name === '-i');
  const inline = has(call, '-e', '-E');
  if (inPlace && inline) return { role: 'edit', inputs: call.operands, outputs: call.operands };
  return { role: has(call, '-v', '-V', '-c') ? 'check' : 'run' };
}

/** Turns the modes of tar into extraction, creation or listing; `tar xzf a.tgz -C dir` has them without a dash. */
function tar(call: Parsed): Answer {
  let operands = call.operands;
  let file = optionValue(call, '-f', '--file');
  let create = has(call, '-c', '--create', '-r', '--append', '-u', '--update');
  let list = has(call, '-t', '--list');
  const dashed = create || list || has(call, '-x', '--extract', '--get');
  if (!dashed && /^[a-zA-Z]+$/.test(operands[0] ?? '')) {
    const letters = operands[0] ?? '';
    create = /[cru]/.test(letters);
    list = letters.includes('t');
    operands = operands.slice(1);
    if (letters.includes('f')) {
      file = operands[0];
      operands = operands.slice(1);
    }
  }
  if (list) return { role: 'check' };
  const folder = optionValue(call, '-C', '--directory');
  if (create)
    return {
      role: 'copy',
      operands,
      inputs: operands.map((path) => under(folder, path)),
      outputs: [file === undefined || file === '-' ? '/dev/stdout' : file],
    };
  return {
    role: 'copy',
    operands,
    inputs: file === undefined || file === '-' ? [] : [file],
    outputs: [has(call, '-O', '--to-stdout') ? '/dev/stdout' : (folder ?? '.')],
  };
}

function unzip(call: Parsed): Answer {
  if (has(call, '-l', '-t', '-p', '-v', '-Z')) return { role: 'check' };
  return { role: 'copy', inputs: call.operands.slice(0, 1), outputs: [optionValue(call, '-d') ?? '.'] };
}

function archive(call: Parsed): Answer {
  const [output, ...inputs] = call.operands;
  return { role: 'copy', inputs, outputs: output === undefined ? [] : [output] };
}

function find(call: Parsed): Answer | undefined {
  // find's actions are words with one dash; `-exec` is followed by a command and its words.
  if (has(call, '-delete')) return { role: 'remove', outputs: startsOf(call) };
  const command = optionValue(call, '-exec', '-execdir', '-ok');
  if (command === undefined) return { role: 'check' };
  switch (baseName(command)) {
    case 'rm':
    case 'rmdir':
    case 'shred':
      return { role: 'remove', outputs: startsOf(call) };
    case 'chmod':
    case 'chown':
    case 'chgrp':
    case 'touch':
      return { role: 'configure', outputs: startsOf(call) };
    case 'sed':
    case 'strip':
    case 'gzip':
    case 'dos2unix':
      return { role: 'edit', outputs: startsOf(call) };
    case 'grep':
    case 'ls':
    case 'echo':
    case 'cat':
    case 'ldd':
    case 'scanelf':
      return { role: 'check' };
    case 'cp':
    case 'mv':
    case 'install':
    case 'ln':
      return { role: 'copy' };
  }
  return undefined;
}

/** Where find starts: what stands before its first expression. */
function startsOf(call: Parsed): readonly string[] {
  const starts: string[] = [];
  for (const word of call.operands) {
    if (/^[(!]|^[{};+)]$/.test(word)) break;
    starts.push(word);
  }
  return starts.length === 0 ? ['.'] : starts.slice(0, 1);
}

/** xargs adds operands that we do not see, so paths are not known. */
function xargs(call: Parsed): Answer | undefined {
  switch (baseName(call.operands[0] ?? 'echo')) {
    case 'rm':
    case 'rmdir':
      return { role: 'remove' };
    case 'chmod':
    case 'chown':
    case 'mkdir':
    case 'apt-mark':
      return { role: 'configure' };
    case 'sed':
      return {
        role: call.options.some((option) => option.name === '-i') || call.operands.includes('-i') ? 'edit' : 'check',
      };
    case 'strip':
      return { role: 'edit' };
    case 'cp':
    case 'mv':
    case 'ln':
    case 'install':
      return { role: 'copy' };
    case 'echo':
    case 'grep':
    case 'cat':
    case 'ls':
    case 'printf':
    case 'dirname':
    case 'basename':
    case 'ldd':
    case 'dpkg-query':
    case 'wc':
    case 'stat':
      return { role: 'check' };
    case 'apt-get':
    case 'apt':
    case 'apk':
    case 'yum':
    case 'dnf':
      return {
        role: /^(?:purge|remove|autoremove|del|erase)$/.test(
          call.operands.find((word) => /^[a-z]/.test(word) && !/^ap/.test(word)) ?? '',
        )
          ? 'remove'
          : 'install-packages',
        outputs: SYSTEM,
      };
  }
  return undefined;
}

/** Where system packages put files. */
export const SYSTEM: readonly string[] = ['/usr', '/etc', '/lib', '/lib64', '/bin', '/sbin', '/var', '/opt'];

function curl(call: Parsed): Answer {
  const files = optionValues(call, '-o', '--output').map((path) => under(optionValue(call, '--output-dir'), path));
  if (has(call, '-O', '--remote-name', '-J', '--remote-name-all')) files.push(optionValue(call, '--output-dir') ?? '.');
  return { role: 'fetch', inputs: call.operands, outputs: files.length === 0 ? ['/dev/stdout'] : files };
}

function wget(call: Parsed): Answer {
  const file = optionValue(call, '-O', '--output-document');
  if (file === '-') return { role: 'fetch', inputs: call.operands, outputs: ['/dev/stdout'] };
  if (has(call, '--spider')) return { role: 'check' };
  return {
    role: 'fetch',
    inputs: call.operands,
    outputs: [file ?? optionValue(call, '-P', '--directory-prefix') ?? '.'],
  };
}

/** git clone into a folder that is named, or is the last part of the address. */
function clone(call: Parsed): Answer {
  const [address = '', folder] = call.operands;
  return {
    role: 'fetch',
    inputs: [address],
    outputs: [under(optionValue(call, '-C'), folder ?? baseName(address.replace(/\/+$/, '')).replace(/\.git$/, ''))],
  };
}

function inPlaceOr(role: 'check' | 'run', ...names: readonly string[]): (call: Parsed) => Answer {
  return (call) =>
    has(call, ...names) || names.some((name) => optionValue(call, name) !== undefined)
      ? { role: 'edit', outputs: call.operands }
      : { role };
}

const CHECK: Tool = { toolchain: 'coreutils', otherwise: 'check', dash: 'letters' };
const CONFIGURE: Tool = { toolchain: 'coreutils', otherwise: 'configure', dash: 'letters' };
const OWNERSHIP: Tool = {
  toolchain: 'coreutils',
  dash: 'letters',
  neutral: '-v -c -f',
  otherwise: (call) => ({ role: 'configure', outputs: call.operands.slice(1) }),
};
const PATHS: Tool = {
  toolchain: 'coreutils',
  dash: 'letters',
  neutral: VERBOSE,
  valued: '-m -d -r -t',
  otherwise: (call) => ({ role: 'configure', outputs: call.operands }),
};
const COMPRESS: Tool = {
  toolchain: 'coreutils',
  dash: 'letters',
  neutral: '-v -q -T',
  otherwise: (call) =>
    has(call, '-t', '-l', '--test')
      ? { role: 'check' }
      : { role: 'edit', inputs: call.operands, outputs: has(call, '-c', '--stdout') ? ['/dev/stdout'] : ['.'] },
};
const IN_PLACE: Tool = {
  toolchain: 'coreutils',
  dash: 'letters',
  neutral: VERBOSE,
  otherwise: (call) => ({ role: 'edit', inputs: call.operands, outputs: call.operands }),
};

function all(tool: Tool, text: string): Record<string, Tool> {
  const table: Record<string, Tool> = {};
  for (const name of text.split(' ')) table[name] = tool;
  return table;
}

/** Commands about files, archives, users and downloads, by name. */
export const COREUTILS: Readonly<Record<string, Tool>> = {
  ...all(
    CHECK,
    ': true false echo printf test [ [[ cat tac head tail less more ls dir stat file wc sort uniq cut tr rev nl fold fmt paste join comm diff cmp ' +
      'seq yes expr bc basename dirname realpath readlink pwd which whereis type hash sleep wait date uname arch hostname id whoami groups ' +
      'nproc getconf getent env printenv set shopt ulimit umask trap times jobs fg bg kill pkill ps top free df du uptime lscpu sync tty ' +
      'grep egrep fgrep zgrep rg ack column od xxd hexdump strings nm ldd readelf objdump size md5sum sha1sum sha224sum sha256sum sha384sum sha512sum shasum ' +
      'cksum b2sum jq xq xmllint tree locale gpg-connect-agent dig nslookup ping nc ncat telnet host ip ifconfig netstat ss lsof uuidgen mktemp shuf ' +
      'dpkg-query dpkg-architecture rpmquery pkg-config pkgconf lsb_release pager zcat bzcat xzcat base64 base32 numfmt factor scanelf iconv envsubst ' +
      'tput stty clear reset shellcheck hadolint yamllint actionlint codespell helm-docs trivy grype syft cosign dive',
  ),
  ...all(
    CONFIGURE,
    'useradd adduser usermod userdel deluser groupadd addgroup groupmod groupdel delgroup passwd chpasswd gpasswd chsh visudo ' +
      'update-alternatives update-ca-certificates update-ca-trust ldconfig locale-gen localedef update-locale dpkg-reconfigure debconf-set-selections ' +
      'systemctl service rc-update update-rc.d setcap setfacl getcap chattr a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf phpenmod phpdismod ' +
      'lighty-enable-mod crontab ssh-keygen ssh-add ssh-agent gpg gpgconf apt-key add-apt-repository apt-mark rpmkeys mkfifo mknod mount umount sysctl modprobe ' +
      'alternatives authselect setsebool semanage restorecon timedatectl hostnamectl keytool update-java-alternatives corepack ' +
      'git-lfs openssl cert-sync dpkg-divert fc-cache glib-compile-schemas gtk-update-icon-cache update-mime-database',
  ),
  ...all(OWNERSHIP, 'chmod chown chgrp'),
  ...all(PATHS, 'mkdir touch'),
  ...all(COMPRESS, 'gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd brotli compress uncompress'),
  ...all({ ...IN_PLACE, toolchain: 'binutils' }, 'strip upx'),
  ...all(IN_PLACE, 'dos2unix unix2dos truncate shred unexpand'),
  cp: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-t --target-directory -S --suffix',
    neutral: '-v',
    otherwise: copy,
  },
  mv: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-t --target-directory -S --suffix',
    neutral: '-v',
    otherwise: copy,
  },
  ln: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-t --target-directory -S --suffix',
    neutral: '-v',
    otherwise: copy,
  },
  install: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-m --mode -o --owner -g --group -t --target-directory -S',
    neutral: '-v',
    otherwise: install,
  },
  rsync: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-e --rsh --exclude --include --exclude-from --files-from --chown --chmod -f',
    neutral: '-v -q -P -h --progress --stats',
    otherwise: copy,
  },
  scp: { toolchain: 'coreutils', dash: 'letters', valued: '-P -i -o -F -c -l', neutral: '-v -q', otherwise: copy },
  rm: { toolchain: 'coreutils', dash: 'letters', neutral: '-v', otherwise: remove },
  rmdir: { toolchain: 'coreutils', dash: 'letters', neutral: '-v', otherwise: remove },
  unlink: { toolchain: 'coreutils', otherwise: remove },
  sed: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-e -f -l --expression --file --line-length',
    otherwise: sed,
  },
  gsed: { toolchain: 'coreutils', dash: 'letters', valued: '-e -f -l --expression --file', otherwise: sed },
  ...all(
    {
      toolchain: 'coreutils',
      valued: '-f -v -F -i --include',
      otherwise: (call) =>
        optionValue(call, '-i', '--include') === 'inplace'
          ? { role: 'edit', outputs: call.operands.slice(1) }
          : { role: 'check' },
    },
    'awk gawk mawk nawk',
  ),
  yq: { toolchain: 'coreutils', otherwise: inPlaceOr('check', '-i', '--inplace') },
  perl: { toolchain: 'perl', dash: 'letters', valued: '-e -E -I -M -m', otherwise: perl },
  tee: { toolchain: 'coreutils', dash: 'letters', otherwise: (call) => ({ role: 'edit', outputs: call.operands }) },
  patch: {
    toolchain: 'coreutils',
    valued: '-i --input -d --directory -o --output -p',
    neutral: '-s',
    otherwise: (call) => ({
      role: 'edit',
      inputs: optionValues(call, '-i', '--input'),
      outputs: [optionValue(call, '-d', '--directory') ?? '.'],
    }),
  },
  crudini: { toolchain: 'coreutils', otherwise: 'edit' },
  augtool: { toolchain: 'coreutils', otherwise: 'edit' },
  find: {
    toolchain: 'coreutils',
    dash: 'words',
    valued:
      '-exec -execdir -ok -name -iname -path -ipath -type -maxdepth -mindepth -mtime -newer -perm -user -group -size -regex -printf -wholename -regextype -links',
    otherwise: find,
  },
  xargs: {
    toolchain: 'coreutils',
    valued: '-I -n -P -L -d -s -a -E --max-args --max-procs --replace-str --delimiter --arg-file',
    neutral: '-P -t',
    otherwise: xargs,
  },
  dd: {
    toolchain: 'coreutils',
    otherwise: (call) => ({ role: 'copy', inputs: named(call, 'if'), outputs: named(call, 'of') }),
  },
  tar: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued:
      '-f -C -T -X -I -b --file --directory --exclude --exclude-from --files-from --owner --group --transform --strip-components --use-compress-program --mode --mtime',
    neutral: '-v',
    otherwise: tar,
  },
  bsdtar: {
    toolchain: 'coreutils',
    dash: 'letters',
    valued: '-f -C -T -s --exclude --strip-components',
    neutral: '-v',
    otherwise: tar,
  },
  unzip: { toolchain: 'coreutils', dash: 'letters', valued: '-d -x -P', neutral: '-q', otherwise: unzip },
  zip: { toolchain: 'coreutils', dash: 'letters', valued: '-x -i -P', neutral: '-q -v', otherwise: archive },
  jar: {
    toolchain: 'coreutils',
    otherwise: (call) =>
      /x/.test(call.operands[0] ?? '')
        ? { role: 'copy', inputs: call.operands.slice(1, 2), outputs: ['.'] }
        : { role: 'copy', inputs: call.operands.slice(2), outputs: call.operands.slice(1, 2) },
  },
  '7z': {
    toolchain: 'coreutils',
    otherwise: (call) => ({ role: 'copy', outputs: [optionValue(call, '-o') ?? '.'] }),
    valued: '-o',
  },
  cpio: { toolchain: 'coreutils', otherwise: () => ({ role: 'copy', outputs: ['.'] }) },
  curl: {
    toolchain: 'curl',
    dash: 'letters',
    valued:
      '-o --output --output-dir -H --header -X --request -d --data --data-raw --data-binary -u --user -A --user-agent -e --referer -b --cookie -c --cookie-jar -F --form -T --upload-file -x --proxy -m --max-time -w --write-out -K --config -E --cert --key --cacert --retry --retry-delay --retry-max-time --connect-timeout --limit-rate --url',
    neutral:
      '-s -S -# -v --show-error --progress-bar --no-progress-meter --retry --retry-delay --retry-max-time --retry-connrefused --retry-all-errors --connect-timeout -m --max-time --compressed --http1.1 --http2 --limit-rate',
    otherwise: curl,
  },
  wget: {
    toolchain: 'wget',
    dash: 'letters',
    valued:
      '-O --output-document -P --directory-prefix -o --output-file --header -U --user-agent -t --tries -T --timeout -w --wait --progress -e --execute -i --input-file -Q --user --password',
    neutral:
      '-q -nv -n -v -t --tries -T --timeout -w --wait --show-progress --no-verbose --waitretry --retry-connrefused',
    otherwise: wget,
  },
  aria2c: {
    toolchain: 'curl',
    valued: '-o -d -x -s --dir --out',
    neutral: '-x -s -q',
    otherwise: (call) => ({
      role: 'fetch',
      inputs: call.operands,
      outputs: [under(optionValue(call, '-d', '--dir'), optionValue(call, '-o', '--out') ?? '.')],
    }),
  },
  git: {
    toolchain: 'git',
    valued:
      '-C -c --git-dir --work-tree -b --branch --depth -o --origin --reference --config --jobs -j -m --message -F',
    neutral: '-q -v -j --jobs --progress',
    subcommands: {
      clone,
      fetch: 'fetch',
      pull: 'fetch',
      checkout: (call) => ({ role: 'fetch', outputs: [optionValue(call, '-C') ?? '.'] }),
      switch: 'fetch',
      reset: 'fetch',
      submodule: 'fetch',
      lfs: 'fetch',
      'lfs install': 'configure',
      'lfs pull': 'fetch',
      archive: 'copy',
      apply: (call) => ({ role: 'edit', inputs: call.operands, outputs: [optionValue(call, '-C') ?? '.'] }),
      am: 'edit',
      clean: 'remove',
      config: 'configure',
      init: 'configure',
      remote: 'configure',
      add: 'configure',
      commit: 'configure',
      tag: 'configure',
      gc: 'clean',
      ...Object.fromEntries(
        'rev-parse describe log status show symbolic-ref branch rev-list diff name-rev show-ref ls-files ls-remote shortlog merge-base cat-file version help grep blame'
          .split(' ')
          .map((name) => [name, 'check' as const]),
      ),
    },
  },
  hg: {
    toolchain: 'git',
    subcommands: { clone, pull: 'fetch', update: 'fetch', id: 'check', log: 'check', identify: 'check' },
  },
  svn: { toolchain: 'git', subcommands: { checkout: clone, co: clone, export: clone, update: 'fetch', info: 'check' } },
};

/** The values of `name=value` operands, as dd has them. */
function named(call: Parsed, name: string): readonly string[] {
  return call.operands.flatMap((word) => (word.startsWith(`${name}=`) ? [word.slice(name.length + 1)] : []));
}
