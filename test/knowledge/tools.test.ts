import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  describeCall,
  implicitReads,
  isNeutralWord,
  peelWrapper,
  shellFileOf,
  shellScriptOf,
  type ToolCall,
  takesValue,
  toolchains,
} from '../../src/knowledge/tools.js';

const words = (text: string): string[] =>
  (text.match(/(?:[^\s']|'[^']*')+/g) ?? []).map((word) => word.replaceAll("'", ''));

function call(text: string, env: Readonly<Record<string, string>> = {}): ToolCall | undefined {
  return describeCall(words(text), (name) => (Object.hasOwn(env, name) ? env[name] : undefined));
}

/** Command; then toolchain, role and subcommand. */
const ROLES: readonly (readonly [command: string, expected: string])[] = [
  ['go build -race -o cli ./cmd/service', 'go compile build'],
  ['/usr/local/go/bin/go build', 'go compile build'],
  ['go install ./...', 'go compile install'],
  ['go test -race ./...', 'go test test'],
  ['go test -c -o t ./x', 'go compile test -c'],
  ['go vet ./...', 'go check vet'],
  ['go mod download', 'go install-dependencies mod download'],
  ['go generate ./...', 'go generate generate'],
  ['go clean -modcache', 'go clean clean'],
  ['xx-go build -o x', 'go compile build'],
  ['cargo build --release', 'cargo compile build'],
  ['cargo chef cook --release --recipe-path recipe.json', 'cargo compile chef cook'],
  ['cargo +nightly build', 'cargo compile build'],
  ['cargo test', 'cargo test test'],
  ['cargo fetch', 'cargo install-dependencies fetch'],
  ['gcc-12 -O2 -o x x.c', 'cc compile'],
  ['x86_64-linux-gnu-gcc -o x x.c', 'cc compile'],
  ['x86_64-alpine-linux-musl-g++ -o x x.c', 'cc compile'],
  ['clang++-15 -c x.cc', 'cc compile'],
  ['cmake -S . -B build -DCMAKE_BUILD_TYPE=Release', 'cmake compile configure'],
  ['cmake --build build -j4', 'cmake compile --build'],
  ['cmake --install build --prefix /opt/x', 'cmake copy --install'],
  ['./configure --prefix=/usr', 'autotools compile configure'],
  ['make', 'make compile'],
  ['make -j4 all', 'make compile all'],
  ['make test', 'make test test'],
  ['make clean', 'make clean clean'],
  ['make install DESTDIR=/out', 'make compile install'],
  ['ninja -C build', 'ninja compile'],
  ['meson setup build --buildtype=release', 'meson compile setup'],
  ['meson build', 'meson compile setup'],
  ['bazel build -c opt //x', 'bazel compile build'],
  ['npm ci', 'npm install-dependencies ci'],
  ['npm install', 'npm install-dependencies install'],
  ['npm i -g pnpm@9', 'npm install-packages i'],
  ['npm install express', 'npm install-packages install'],
  ['npm --prefix web run build', 'npm compile run build'],
  ['npm run --silent build:prod', 'npm compile run build:prod'],
  ['npm run lint', 'npm check run lint'],
  ['npm test', 'npm test run test'],
  ['npm run test:unit', 'npm test run test:unit'],
  ['npm t', 'npm test run test'],
  ['npm cache clean --force', 'npm clean cache clean'],
  ['npm config set registry https://x', 'npm configure config'],
  ['yarn', 'yarn install-dependencies'],
  ['yarn --frozen-lockfile', 'yarn install-dependencies'],
  ['yarn install --production', 'yarn install-dependencies install'],
  ['yarn build', 'yarn compile run build'],
  ['yarn run build', 'yarn compile run build'],
  ['yarn test', 'yarn test run test'],
  ['yarn cache clean', 'yarn clean cache clean'],
  ['pnpm install --frozen-lockfile', 'pnpm install-dependencies install'],
  ['pnpm --filter web build', 'pnpm compile run build'],
  ['pnpm exec vite build', 'vite compile build'],
  ['bun install', 'bun install-dependencies install'],
  ['bun run build', 'bun compile run build'],
  ['npx next@14 build', 'next compile build'],
  ['npx -y @angular/cli build --configuration production', 'angular compile build'],
  ['npx tsc', 'tsc compile build'],
  ['npx tsc --noEmit', 'tsc check'],
  ['node_modules/.bin/vite build', 'vite compile build'],
  ['./node_modules/.bin/webpack --mode production', 'webpack compile build'],
  ['node --max-old-space-size=4096 node_modules/webpack/bin/webpack.js --mode production', 'webpack compile build'],
  ['npx cross-env NODE_ENV=production webpack', 'webpack compile build'],
  ['node server.js', 'node run'],
  ['ng build --prod', 'angular compile build'],
  ['vite', 'vite run'],
  ['esbuild src/x.ts --bundle --outfile=dist/x.js', 'esbuild compile build'],
  ['turbo run build --filter=web', 'turbo compile run build'],
  ['nx run web:build', 'nx compile run build'],
  ['node_modules/.bin/mix', 'laravel-mix compile'],
  ['composer install --no-dev -o', 'composer install-dependencies install'],
  ['php composer.phar install', 'composer install-dependencies install'],
  ['php -d memory_limit=-1 /usr/bin/composer install', 'composer install-dependencies install'],
  ['composer dump-autoload -o', 'composer generate dump-autoload'],
  ['php artisan config:cache', 'laravel generate config:cache'],
  ['php artisan migrate', 'laravel run migrate'],
  ['bin/console cache:warmup', 'symfony generate cache:warmup'],
  ['php bin/console assets:install', 'symfony generate assets:install'],
  ['docker-php-ext-install -j4 pdo_mysql', 'php-extension install-packages'],
  ['docker-php-ext-enable xdebug', 'php-extension configure'],
  ['pecl install xdebug-3.3.1', 'php-extension install-packages install'],
  ['vendor/bin/phpunit', 'php-tools test'],
  ['bundle install --jobs 4', 'bundler install-dependencies install'],
  ['bundle', 'bundler install-dependencies'],
  ['bundle config set --local without development:test', 'bundler configure config'],
  ['bundle exec rake assets:precompile', 'rails generate assets:precompile'],
  ['bundle exec rails assets:precompile', 'rails generate assets:precompile'],
  ['./bin/rails assets:precompile', 'rails generate assets:precompile'],
  ['bin/rails db:migrate', 'rails run db:migrate'],
  ['bundle exec rspec', 'ruby test'],
  ['rake my:own', 'undefined'],
  ['gem install bundler', 'gem install-packages install'],
  ['pip install -r requirements.txt', 'pip install-dependencies install'],
  ['pip3.11 install --no-cache-dir -r requirements.txt', 'pip install-dependencies install'],
  ['python3 -m pip install --upgrade pip', 'pip install-packages install'],
  ['/opt/venv/bin/pip install .', 'pip install-dependencies install'],
  ['python -m build --wheel', 'python compile build'],
  ['python -m build', 'python compile build'],
  ['build', 'undefined'],
  ['npx constructor', 'undefined'],
  ['./configure', 'autotools compile configure'],
  ['cross-env-shell A=1 my-own', 'undefined'],
  ['python -m compileall /app', 'python generate'],
  ['python -m pytest', 'python-tools test'],
  ['python manage.py collectstatic --noinput', 'django generate collectstatic'],
  ['./manage.py collectstatic', 'django generate collectstatic'],
  ['python app.py', 'python run'],
  ['python setup.py install', 'python install-dependencies install'],
  ['poetry install --only main', 'poetry install-dependencies install'],
  ['poetry run python manage.py collectstatic', 'django generate collectstatic'],
  ['uv sync --frozen', 'uv install-dependencies sync'],
  ['uv pip install -r requirements.txt', 'uv install-dependencies pip install'],
  ['uv run manage.py collectstatic', 'django generate collectstatic'],
  ['pipenv install --system --deploy', 'pipenv install-dependencies install'],
  ['pdm sync --prod', 'pdm install-dependencies sync'],
  ['mix deps.get --only prod', 'mix install-dependencies deps.get'],
  ['mix compile', 'mix compile compile'],
  ['mix release', 'mix compile release'],
  ['mix test', 'mix test test'],
  ['mvn -B package -DskipTests', 'maven compile package'],
  ['./mvnw clean package', 'maven compile clean package'],
  ['mvn dependency:go-offline', 'maven install-dependencies dependency:go-offline'],
  ['mvn test', 'maven test test'],
  ['./gradlew bootJar -x test --no-daemon', 'gradle compile bootJar'],
  ['gradle test', 'gradle test test'],
  ['sbt assembly', 'sbt compile assembly'],
  ['lein uberjar', 'leiningen compile uberjar'],
  ['dotnet restore', 'dotnet install-dependencies restore'],
  ['dotnet publish -c Release -o /app', 'dotnet compile publish'],
  ['dotnet test', 'dotnet test test'],
  ['dotnet App.dll', 'dotnet run App.dll'],
  ['swift build -c release', 'swift compile build'],
  ['zig build -Doptimize=ReleaseFast', 'zig compile build'],
  ['stack build --copy-bins', 'stack compile build'],
  ['cabal install --installdir=/out', 'cabal compile install'],
  ['dune build --profile release', 'dune compile build'],
  ['opam install . --deps-only', 'opam install-dependencies install'],
  ['elm make src/Main.elm --optimize --output=main.js', 'elm compile make'],
  ['flutter build web --release', 'flutter compile build web'],
  ['deno cache main.ts', 'deno install-dependencies cache'],
  ['apt-get install -y --no-install-recommends gcc', 'apt install-packages install'],
  ['apt-get -y install gcc', 'apt install-packages install'],
  ['apt-get update', 'apt fetch update'],
  ['apt-get clean', 'apt clean clean'],
  ['apt-get purge -y gcc', 'apt remove purge'],
  ['apk add --no-cache git', 'apk install-packages add'],
  ['apk --no-cache add git', 'apk install-packages add'],
  ['apk del .build-deps', 'apk remove del'],
  ['dnf -y install gcc', 'dnf install-packages install'],
  ['yum clean all', 'dnf clean clean'],
  ['microdnf install tar', 'dnf install-packages install'],
  ['zypper -n in gcc', 'zypper install-packages in'],
  ['pacman -Syu --noconfirm gcc', 'pacman install-packages'],
  ['rm -rf /var/lib/apt/lists/*', 'coreutils clean'],
  ['rm -rf /app/node_modules', 'coreutils remove'],
  ['cp -r a b /dst', 'coreutils copy'],
  ['mv php.ini-production php.ini', 'coreutils copy'],
  ['install -d /x', 'coreutils configure'],
  ['install -m 755 a /usr/bin/a', 'coreutils copy'],
  ['./install', 'undefined'],
  ['bin/test', 'undefined'],
  ['/usr/bin/install a b', 'coreutils copy'],
  ['mkdir -p /x', 'coreutils configure'],
  ['chmod +x a', 'coreutils configure'],
  ['useradd -r app', 'coreutils configure'],
  ['sed -i s/a/b/ file', 'coreutils edit'],
  ['sed s/a/b/ file', 'coreutils check'],
  ['awk {print} file', 'coreutils check'],
  ['tee /etc/x', 'coreutils edit'],
  ['envsubst', 'coreutils check'],
  ['echo hello', 'coreutils check'],
  ['ls -la', 'coreutils check'],
  ['sleep 5', 'coreutils check'],
  ['curl -fsSL https://x -o /tmp/x', 'curl fetch'],
  ['wget -qO- https://x', 'wget fetch'],
  ['git clone --depth 1 https://x/y.git', 'git fetch clone'],
  ['git -C repo rev-parse HEAD', 'git check rev-parse'],
  ['git config --global x y', 'git configure config'],
  ['tar -xzf x.tgz -C /opt --strip-components=1', 'coreutils copy'],
  ['unzip -q x.zip -d /opt', 'coreutils copy'],
  ['find . -name x -delete', 'coreutils remove'],
  ['find . -type f', 'coreutils check'],
  ['xargs rm -rf', 'coreutils remove'],
  ['strip /out/app', 'binutils edit'],
  ['env CGO_ENABLED=0 go build', 'go compile build'],
  ['sudo -E apt-get install x', 'apt install-packages install'],
  ['node --version', 'node check'],
  ['go version', 'go check version'],
  ['my-own-tool --flag', 'undefined'],
  ['', 'undefined'],
];

describe('roles', () => {
  test.each(ROLES)('%s', (command, expected) => {
    const found = call(command);
    expect(found === undefined ? 'undefined' : `${found.toolchain} ${found.role} ${found.subcommand}`.trim()).toBe(
      expected,
    );
  });
});

const OUTPUTS: readonly (readonly [
  command: string,
  outputs: readonly string[],
  env?: Readonly<Record<string, string>>,
])[] = [
  ['go build -o cli ./cmd/service', ['cli']],
  ['go build -o=/out/cli ./cmd/service', ['/out/cli']],
  ['go build ./cmd/service', ['service']],
  ['go build github.com/x/y/v2', ['y']],
  ['go build main.go', ['main']],
  ['go build', ['.']],
  ['go build ./...', ['.']],
  ['go -C sub build -o x', ['sub/x']],
  ['go build -ldflags -s -o cli .', ['cli']],
  ['go install x', ['/go/bin', '/root/go/bin']],
  ['go install x', ['/out'], { GOBIN: '/out' }],
  ['cargo build', ['target/debug']],
  ['cargo build --release', ['target/release']],
  ['cargo build -r --target x86_64-unknown-linux-musl', ['target/x86_64-unknown-linux-musl/release']],
  ['cargo build --profile dist', ['target/dist']],
  ['cargo build --release', ['/t/release'], { CARGO_TARGET_DIR: '/t' }],
  ['gcc x.c', ['a.out']],
  ['gcc -O2 x.c -o x', ['x']],
  ['gcc -c src/x.c', ['x.o']],
  ['cmake -B build', ['build']],
  ['cmake --build build', ['build']],
  ['npm ci', ['node_modules']],
  ['npm --prefix web ci', ['web/node_modules']],
  ['npm run build', []],
  ['next build', ['.next', 'out']],
  ['vite build --outDir ../static', ['../static']],
  ['composer install --no-scripts', ['vendor']],
  ['/opt/venv/bin/pip install -r requirements.txt', ['/opt/venv']],
  ['pip install --prefix=/install -r requirements.txt', ['/install']],
  ['pip install -r requirements.txt', []],
  ['uv sync', ['.venv']],
  ['uv sync', ['/venv'], { UV_PROJECT_ENVIRONMENT: '/venv' }],
  ['dotnet publish -c Release -o /app', ['/app']],
  ['mvn package', ['.']],
  ['cp a b /dst/', ['/dst/']],
  ['cp -t /dst a b', ['/dst']],
  ['ln -s a b', ['b']],
  ['rm -f a b', ['a', 'b']],
  ['sed -i -e s/a/b/ x y', ['x', 'y']],
  ['sed -i.bak s/a/b/ x', ['x']],
  ['tee -a /etc/x', ['/etc/x']],
  ['curl -o /x https://y', ['/x']],
  ['curl -fsSLo /x https://y', ['/x']],
  ['curl https://y', ['/dev/stdout']],
  ['wget https://y', ['.']],
  ['git clone https://x/y.git', ['y']],
  ['git clone https://x/y.git /z', ['/z']],
  ['tar xzf a.tgz -C /opt', ['/opt']],
  ['tar -czf /out.tgz dist', ['/out.tgz']],
  ['tar xf a.tar', ['.']],
  ['dd if=/dev/zero of=/x', ['/x']],
];

describe('outputs', () => {
  test.each(OUTPUTS.map(([command, outputs, env]) => ({ command, outputs, env })))(
    '$command $env',
    ({ command, outputs, env }) => {
      expect(call(command, env)?.outputs).toEqual(outputs);
    },
  );
  test('inputs of copies', () => {
    expect(call('cp a b /dst')?.inputs).toEqual(['a', 'b']);
    expect(call('mv a b')?.inputs).toEqual(['a']);
    expect(call('tar -xzf x.tgz -C /opt')?.inputs).toEqual(['x.tgz']);
  });
});

const SCOPES: readonly (readonly [
  command: string,
  scope: string,
  development: boolean | undefined,
  env?: Readonly<Record<string, string>>,
])[] = [
  ['npm ci', 'all', true],
  ['npm ci', 'production', false, { NODE_ENV: 'production' }],
  ['npm ci', 'all', true, { NODE_ENV: 'development' }],
  ['npm ci --omit=dev', 'production', false],
  ['npm ci --omit dev', 'production', false],
  ['npm install --production', 'production', false],
  ['npm install --only=production', 'production', false],
  ['npm install --production=false', 'all', true, { NODE_ENV: 'production' }],
  ['npm install --no-production', 'all', true, { NODE_ENV: 'production' }],
  ['npm ci --include=dev', 'all', true, { NODE_ENV: 'production' }],
  ['npm ci --omit=dev --omit=optional', 'production without optional', false],
  ['npm ci', 'production', false, { NPM_CONFIG_OMIT: 'dev' }],
  ['npm ci', 'production', false, { NPM_CONFIG_PRODUCTION: 'true' }],
  ['npm prune --omit=dev', 'production', false],
  ['yarn', 'all', true],
  ['yarn', 'production', false, { NODE_ENV: 'production' }],
  ['yarn install --production=false', 'all', true, { NODE_ENV: 'production' }],
  ['yarn install --prod', 'production', false],
  ['yarn install --immutable', 'all', true, { NODE_ENV: 'production' }],
  ['pnpm install --prod', 'production', false],
  ['pnpm i -P', 'production', false],
  ['pnpm install', 'production', false, { NODE_ENV: 'production' }],
  ['bun install --production', 'production', false],
  ['composer install', 'all', true],
  ['composer install --no-dev', 'production', false],
  ['composer install', 'production', false, { COMPOSER_NO_DEV: '1' }],
  ['composer install --dev', 'all', true, { COMPOSER_NO_DEV: '1' }],
  ['bundle install', 'all', true],
  ['bundle install --without development test', 'production', false],
  ['bundle install --without=development:test', 'production', false],
  ['bundle install', 'production', false, { BUNDLE_WITHOUT: 'development:test' }],
  ['bundle install', 'production', false, { BUNDLE_WITHOUT: 'development test' }],
  ['bundle install', 'without development', true, { BUNDLE_WITHOUT: 'development' }],
  ['pip install -r requirements.txt', 'requirements: requirements.txt', undefined],
  ['pip install -r requirements-dev.txt', 'requirements: requirements-dev.txt', true],
  ['pip install -r requirements/production.txt', 'requirements: requirements/production.txt', false],
  ['pip install .[dev]', 'extras: dev', true],
  ['pip install .', 'production', false],
  ['poetry install', 'all', true],
  ['poetry install --only main', 'production', false],
  ['poetry install --only=main', 'production', false],
  ['poetry install --no-dev', 'production', false],
  ['poetry install --without dev', 'production', false],
  ['poetry install --without dev,docs', 'without dev docs', false],
  ['poetry install --with test', 'with test', true],
  ['uv sync', 'all', true],
  ['uv sync --no-dev', 'production', false],
  ['uv sync', 'production', false, { UV_NO_DEV: '1' }],
  ['uv sync --no-dev --extra postgres', 'production, extras postgres', false],
  ['uv sync --no-dev --group test', 'production, with test', true],
  ['pipenv install --deploy', 'production', false],
  ['pipenv install --dev', 'all', true],
  ['pdm sync --prod', 'production', false],
  ['mix deps.get', 'all', true],
  ['mix deps.get --only prod', 'production', false],
  ['conda env create -f environment-dev.yml', 'requirements: environment-dev.yml', true],
];

describe('dependency scopes', () => {
  test.each(SCOPES.map(([command, scope, development, env]) => ({ command, scope, development, env })))(
    '$command $env',
    ({ command, scope, development, env }) => {
      const found = call(command, env);
      expect(found?.role).toBe('install-dependencies');
      expect([found?.dependencyScope, found?.includesDevelopment]).toEqual([scope, development]);
    },
  );
});

describe('neutral words', () => {
  const rows: readonly (readonly [command: string, word: string, neutral: boolean])[] = [
    ['make all', '-j4', true],
    ['make all', 'V=1', true],
    ['make all', 'ENV=1', false],
    ['go build', '-p=2', true],
    ['go build', '-p 2', true],
    ['go build', '-v', true],
    ['go build', '-race', false],
    ['go build', '-o x', false],
    ['npm ci', '--no-audit', true],
    ['npm ci', '--prefer-offline', true],
    ['npm ci', '--cache=/x', true],
    ['npm ci', '--omit=dev', false],
    ['npm ci', '--quiet', true],
    ['cargo build', '-j 4', true],
    ['cargo build', '--release', false],
    ['apt-get install x', '-yqq', true],
    ['apt-get install x', '-y', true],
    ['apt-get install x', '--no-install-recommends', false],
    ['gradle build', '-x test', true],
    ['gradle build', '-x frontend', false],
    ['mvn package', '-DskipTests', true],
    ['mvn package', '-Pprod', false],
    ['curl x', '-sS', true],
    ['curl x', '-o x', false],
    ['pip install x', '--no-cache-dir', true],
    ['composer install', '--no-progress', true],
    ['composer install', '--no-dev', false],
  ];
  test.each(rows)('%s: %s is %s', (command, word, neutral) => {
    const found = call(command);
    expect(found !== undefined && isNeutralWord(found, word)).toBe(neutral);
  });
  test('options with separate values', () => {
    const found = call('go build');
    expect(found !== undefined && takesValue(found, '-gcflags')).toBe(true);
    expect(found !== undefined && takesValue(found, '-race')).toBe(false);
  });
});

describe('implicit reads', () => {
  test('bundlers read NODE_ENV, react-scripts sets it', () => {
    expect(implicitReads('npm', 'install-dependencies', 'ci')).toContain('NODE_ENV');
    expect(implicitReads('npm', 'compile', 'run build')).toContain('VITE_*');
    expect(implicitReads('react-scripts', 'compile', 'build')).not.toContain('NODE_ENV');
    expect(implicitReads('go', 'compile', 'build')).toContain('GOFLAGS');
    expect(implicitReads('go', 'test', 'test')).toEqual([]);
    expect(implicitReads('make', 'compile', '')).toEqual(['*']);
    expect(implicitReads('mix', 'install-dependencies', 'deps.get')).not.toContain('MIX_ENV');
    expect(implicitReads('mix', 'compile', 'compile')).toContain('MIX_ENV');
    expect(implicitReads('no-such-tool', 'compile', '')).toEqual([]);
  });
});

describe('wrappers', () => {
  const rows: readonly (readonly [command: string, inner: string | undefined])[] = [
    ['env X=1 Y=2 go build', 'go build'],
    ['env -i X=1 go build', 'go build'],
    ['env -u X go build', 'go build'],
    ['env', undefined],
    ['env X=1', undefined],
    ['exec go run .', 'go run .'],
    ['time -p make', 'make'],
    ['nice -n 19 make', 'make'],
    ['sudo -E -u app make x', 'make x'],
    ['sudo -uapp make', 'make'],
    ['gosu app npm ci', 'npm ci'],
    ['su-exec app:app npm ci', 'npm ci'],
    ['timeout -k 5 30s npm ci', 'npm ci'],
    ['xvfb-run -a npm test', 'npm test'],
    ['command -v go', undefined],
    ['command go build', 'go build'],
    ['tini -- node x', 'node x'],
    ['dumb-init node x', 'node x'],
    ['strace -f -o log make', 'make'],
    ['corepack yarn install', 'yarn install'],
    ['corepack enable', undefined],
    ['cross-env NODE_ENV=production webpack', 'webpack'],
    ['ccache gcc x.c', 'gcc x.c'],
    ['go build', undefined],
  ];
  test.each(rows)('%s', (command, inner) => {
    const argv = words(command);
    const peeled = peelWrapper(argv);
    expect(peeled?.argv.join(' ')).toBe(inner);
    if (peeled !== undefined && peeled.wrapper !== 'corepack') expect(argv.slice(peeled.from)).toEqual(peeled.argv);
  });
  test('what a wrapper does to the environment', () => {
    expect(peelWrapper(words('env -i -u A -C /x B=1 make'))).toMatchObject({
      clears: true,
      unset: ['A'],
      folder: '/x',
      env: { B: '1' },
    });
    expect(peelWrapper(words('sudo make'))?.clears).toBe(true);
    expect(peelWrapper(words('sudo -E make'))?.clears).toBe(false);
    expect(peelWrapper(words('gosu app make'))?.user).toBe('app');
    expect(call('env NODE_ENV=production npm ci')?.dependencyScope).toBe('production');
  });
});

describe('shells', () => {
  test('scripts of -c', () => {
    expect(shellScriptOf(['sh', '-c', 'x'])).toEqual({ shell: 'sh', script: 2, positional: [], options: [] });
    expect(shellScriptOf(['bash', '-lc', 'x', 'n', 'a'])).toEqual({
      shell: 'bash',
      script: 2,
      positional: [3, 4],
      options: ['-l'],
    });
    expect(shellScriptOf(['/bin/bash', '-euo', 'pipefail', '-c', 'x'])).toEqual({
      shell: 'bash',
      script: 4,
      positional: [],
      options: ['-e', '-u', '-o pipefail'],
    });
    expect(shellScriptOf(['busybox', 'sh', '-ec', 'x'])).toEqual({
      shell: 'sh',
      script: 3,
      positional: [],
      options: ['-e'],
    });
    expect(shellScriptOf(['sh', 'build.sh', '-c'])).toBeUndefined();
    expect(shellScriptOf(['sh', '-c'])).toBeUndefined();
    expect(shellScriptOf(['python', '-c', 'x'])).toBeUndefined();
  });
  test('files', () => {
    expect(shellFileOf(['bash', '-e', './build.sh', 'prod'])).toEqual({
      shell: 'bash',
      script: 2,
      positional: [3],
      options: ['-e'],
    });
    expect(shellFileOf(['sh', '-c', 'x'])).toBeUndefined();
    expect(shellFileOf(['sh'])).toBeUndefined();
  });
});

test('toolchains are named once', () => {
  expect(toolchains().every((name) => /^[a-z][\w-]*$/.test(name))).toBe(true);
  expect(new Set(toolchains()).size).toBe(toolchains().length);
});

describe('any words', () => {
  const vocabulary = [
    ...new Set([
      ...ROLES.flatMap(([command]) => words(command)),
      'constructor',
      '__proto__',
      '-',
      '--',
      '-=',
      '=',
      '\0',
      '$X',
      '',
    ]),
  ];
  const argv = fc.array(fc.oneof(fc.constantFrom(...vocabulary), fc.string()), { maxLength: 8 });
  test('nothing throws, wrappers get shorter, and equal words give equal answers', () => {
    fc.assert(
      fc.property(argv, (list) => {
        const found = describeCall(list, () => undefined);
        expect(describeCall([...list], () => undefined)).toEqual(found);
        for (const word of list) {
          if (found !== undefined) {
            expect(typeof isNeutralWord(found, word)).toBe('boolean');
            expect(typeof takesValue(found, word)).toBe('boolean');
          }
        }
        const peeled = peelWrapper(list);
        if (peeled !== undefined) expect(peeled.argv.length).toBeLessThan(list.length);
        const script = shellScriptOf(list) ?? shellFileOf(list);
        if (script !== undefined) expect(script.script).toBeLessThan(list.length);
      }),
      { numRuns: 3000 },
    );
  });
});
