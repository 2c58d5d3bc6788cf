/** What the fuzz tests start from: Dockerfiles with every construct that the evaluation knows, and the files around them. */

/** The project in which every Dockerfile of the corpus stands. */
export const PROJECT: Readonly<Record<string, string>> = {
  '.dockerignore': 'node_modules\n*.log\n!keep.log\n',
  'build.sh':
    '#!/bin/bash\nset -e\nkind=${1:-release}\nif [ "$kind" = debug ]; then flags="-O0 -g"; else flags=-O2; fi\ng++ $flags -o out/app main.cpp\n',
  'scripts/setup.sh':
    '#!/bin/sh -eu\n. ./scripts/lib.sh\ncase "$ENV" in\n  dev|test*) install_all gdb strace ;;\n  prod) ;;\n  *) echo "no such environment: $ENV" >&2; exit 1 ;;\nesac\n',
  'scripts/lib.sh': 'install_all() {\n  for package in "$@"; do\n    apt-get install -y "$package"\n  done\n}\n',
  'base/Dockerfile':
    'FROM debian:12\nARG ENV=prod\nENV APP_ENV=$ENV\nONBUILD ARG MODE\nONBUILD RUN if [ "$MODE" = dev ]; then apt-get install -y gdb; fi\n',
  'requirements.txt': 'flask\n',
};

/** Dockerfiles as people write them, one construct or two each. */
export const CORPUS: readonly string[] = [
  `FROM golang:1.22 AS build
ARG ENV
WORKDIR /src
COPY . .
RUN go build $(case "$ENV" in (local|testing) echo "-race ";; esac) -o cli ./cmd/service
FROM debian:bookworm-slim
COPY --from=build /src/cli /usr/local/bin/cli
ENTRYPOINT ["cli"]
`,
  `# syntax=docker/dockerfile:1
FROM node:20-alpine AS deps
ARG NODE_ENV=production
ENV NODE_ENV=\${NODE_ENV} \\
    # the cache is shared
    NPM_CONFIG_CACHE="/tmp/npm cache"

WORKDIR /app
COPY package*.json ./
RUN --mount=type=cache,target=/tmp/npm npm ci && npm cache clean --force
FROM deps AS test
RUN npm test -- --coverage
FROM nginx:alpine
COPY --from=deps /app/dist /usr/share/nginx/html
`,
  `ARG VERSION=3.12
ARG ENV=prod
FROM python:\${VERSION}-slim AS base
ARG ENV
RUN <<EOF
set -eu
if [ "$ENV" = dev ]; then
  pip install -r requirements-dev.txt
else
  pip install -r requirements.txt
fi
EOF
COPY <<-"CONF" <<OTHER /etc/
\tmode=$ENV
\tCONF
value=\${ENV:-none}
OTHER
CMD ["python", "-m", "app"]
`,
  `FROM debian:12
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
ARG MODE=release
ARG FEATURES
RUN args=(build --locked); \\
    if [[ $MODE == release ]]; then args+=(--release); fi; \\
    [[ -z "\${FEATURES:-}" ]] || args+=(--features "$FEATURES"); \\
    cargo "\${args[@]}"
`,
  `ARG ENV=prod
FROM node:20 AS base
WORKDIR /app
COPY . .
FROM base AS base-dev
RUN npm install
FROM base AS base-prod
RUN npm ci --omit=dev
FROM base-\${ENV}
CMD ["node", "."]
`,
  `FROM php:8.3-fpm
ARG APP_ENV=production
ARG INSTALL_XDEBUG=false
RUN if [ \${INSTALL_XDEBUG} = true ]; then \\
      pecl install xdebug && docker-php-ext-enable xdebug \\
    ;fi
COPY php.ini-\${APP_ENV} $PHP_INI_DIR/php.ini
RUN mv "$PHP_INI_DIR/php.ini-$APP_ENV" "$PHP_INI_DIR/php.ini"
RUN composer install $([ "$APP_ENV" = production ] && echo --no-dev)
`,
  `FROM ubuntu:22.04
ARG ENV
ARG BUILD_TYPE
COPY . /src
WORKDIR /src
RUN ./scripts/setup.sh && ./build.sh "$BUILD_TYPE"
USER \${ENV:+root}
EXPOSE 80 $PORT
VOLUME ["/data"]
HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1
`,
  `FROM scratch AS a
COPY x /
FROM golang AS b
ARG DEBUG=false
RUN if [ "$DEBUG" = "true" ]; then go build -gcflags="all=-N -l" -o /app .; else go build -ldflags='-s -w' -o /app .; fi
FROM a
COPY --from=b --chown=1:1 ["/app", "/my app"]
COPY --from=0 /x /x
`,
  `FROM node:20
ONBUILD ARG NODE_ENV
ONBUILD ENV NODE_ENV $NODE_ENV
ONBUILD COPY package.json /app/
ONBUILD RUN npm install
ONBUILD RUN <<EOF
npm run build
EOF
`,
  `FROM base
ARG MODE=prod
RUN echo "$APP_ENV" > /etc/mode
`,
  `# escape=\`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
ARG CONFIGURATION=Release
WORKDIR C:\\app
COPY . C:\\app\\
RUN msbuild /p:Configuration=$env:CONFIGURATION \`
    /m
`,
  `FROM alpine:3.19 AS build
ARG DEBUG
RUN apk add --no-cache build-base
RUN make \${DEBUG:+DEBUG=1} -j$(nproc) && make install DESTDIR=/out
RUN test -z "$DEBUG" || apk add gdb
RUN [ "$DEBUG" != 1 ] || { echo "set -x" >> /etc/profile; date > /built; }
FROM alpine:3.19
COPY --from=build /out /
`,
  `FROM ruby:3.2 AS app
ARG RAILS_ENV
ENV RAILS_ENV \${RAILS_ENV:-development}
ENV BUNDLE_WITHOUT=\${RAILS_ENV#prod} GREETING='it'"'"'s $RAILS_ENV'
RUN if [[ "$RAILS_ENV" == "production" ]]; then bundle install --without development test; else bundle install; fi
RUN SECRET_KEY_BASE=x bundle exec rake assets:precompile || true
LABEL env=$RAILS_ENV "built by"=me
STOPSIGNAL SIG\${RAILS_ENV:+TERM}
`,
  `FROM python:3.11
ARG YOUR_ENV
RUN poetry install $(test "$YOUR_ENV" == production && echo "--no-dev") --no-interaction
RUN bash -c "if [ $YOUR_ENV == 'dev' ] ; then pip install pytest ; fi"
RUN ["/bin/sh", "-c", "test $YOUR_ENV = dev && pip install ipdb"]
RUN pip install -r requirements/\${YOUR_ENV:?set it}.txt
`,
  `FROM debian:bookworm-slim
RUN set -eux; \\
\tsavedAptMark="$(apt-mark showmanual)"; \\
\tarch="$(dpkg --print-architecture | awk -F- '{ print $NF }')"; \\
\tcase "$arch" in \\
\t\t'amd64') url='https://example.org/amd64'; sha256='aa' ;; \\
\t\t'arm64') url='https://example.org/arm64'; sha256='bb' ;; \\
\t\t*) echo >&2 "error: unsupported architecture"; exit 1 ;; \\
\tesac; \\
\twget -O /usr/local/bin/gosu "$url"; \\
\techo "$sha256 */usr/local/bin/gosu" | sha256sum -c -; \\
\t[ -z "$savedAptMark" ] || apt-mark manual $savedAptMark > /dev/null; \\
\tfind /usr/local -type f -exec ldd '{}' ';' | sort -u | xargs -r apt-mark manual
`,
  `FROM maven:3-eclipse-temurin-21 AS build
ARG PROFILE=dev
RUN case "$PROFILE" in \\
      prod) mvn -q package -Pprod ;; \\
      qa|staging) mvn -q package -Pqa ;; \\
      *) mvn -q package ;; \\
    esac
FROM eclipse-temurin:21
ARG PROFILE=dev
ENV SPRING_PROFILES_ACTIVE=$PROFILE
COPY --from=build /target/*.jar /app.jar
`,
  `FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
ARG BUILD_CONFIGURATION=Release
RUN dotnet publish Web.csproj -c $BUILD_CONFIGURATION -o /app /p:UseAppHost=false
FROM build AS publish
ARG BUILD_CONFIGURATION
RUN test "$BUILD_CONFIGURATION" = Release
FROM mcr.microsoft.com/dotnet/aspnet:8.0
COPY --from=publish /app .
`,
  `FROM debian:12
ARG ENV=dev
RUN set -eux; for p in curl git; do apt-get install -y $p; done; \\
    n=0; while [ $n -lt 3 ]; do n=$((n + 1)); echo "$n" >> /n; done; \\
    install() { if [ "$ENV" = "$1" ]; then shift; apt-get install -y "$@"; fi; }; \\
    install dev gdb strace; install test valgrind
`,
  `FROM alpine
ARG A
ARG B=\${A:-x}
ARG C=\${B##*-} D="\${A%.*}"
ENV E=\${C/x/y} F=\${D:+\${B:-"a b"}}
RUN echo "\${E}" $F "\${A-unset}" > /values; printf '%s\\n' "$A" | tr a-z A-Z | sed 's/X/Y/' >> /values
`,
  `FROM golang:1.22 AS build
ARG TARGETOS TARGETARCH
ARG VERSION=dev
RUN --mount=type=bind,target=. --mount=type=secret,id=key,env=KEY --network=none \\
    GOOS=$TARGETOS GOARCH=$TARGETARCH go build -ldflags "-X main.version=$VERSION -X main.date=$(date -u +%F) -X main.commit=$(git rev-parse HEAD)" -o /out/app
FROM --platform=$TARGETPLATFORM gcr.io/distroless/static
COPY --link --from=build /out/app /
ADD --checksum=sha256:00 https://example.org/x.tar.gz /x
`,
  `FROM debian:12 AS one
ARG ENV
RUN cat > /etc/app.conf <<CONF && cat /etc/app.conf
env=$ENV
CONF
RUN <<A cat > /a && <<'B' sh
from $ENV
A
if [ "$ENV" = prod ]; then echo prod > /b; fi
B
RUN eval "echo \\$ENV" && env -u ENV X=1 sh -c 'echo $X' && sudo -E nice make "build-$ENV"
`,
  `FROM node:20
ENV NODE_ENV=production
ARG NODE_ENV=development
RUN npm ci
RUN [ "$APP_ENV" = prod ] || npm run dev
ARG APP_ENV
RUN NODE_ENV=$APP_ENV npm run build
`,
  `FROM debian:12 AS build
ARG BUILD_TYPE=Debug SANITIZE=
WORKDIR /src/build
RUN cmake .. -DCMAKE_BUILD_TYPE=$BUILD_TYPE \${SANITIZE:+-DCMAKE_CXX_FLAGS="-fsanitize=$SANITIZE"} && make -j && make install
RUN if ! grep -q x /etc/hosts && [ "$BUILD_TYPE" != Release ] || [ -f /nothing ]; then gcc -g -O0 -o /usr/local/bin/t t.c; fi
FROM \${BASE:-debian:12-slim}
COPY --from=build /usr/local/ /usr/local/
`,
  `FROM debian
ARG ENV
RUN [ -n $ENV ] && [ $ENV != prod ] && (cd /tmp; exit 0) || { [ x$ENV = xdev ]; }
RUN if $DEBUG; then :; elif [ "$ENV" -eq 1 ] 2>/dev/null; then echo 1 > /a & fi; trap 'rm -f /a' EXIT; readonly R=1
RUN x=\${ENV:=dev}; set -- $x b c; while getopts ab o; do echo $o; done; echo "$#:$*:\${1^^}:\${x:0:2}" > /x
`,
];
