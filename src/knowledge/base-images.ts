import { IMAGE_ENVIRONMENTS, type ImageEnvironment } from './images/environment.js';

/**
 * What is known of public base images: the shell behind their `/bin/sh` and the variables that they set (semantics 2.8).
 *
 * A reference may have parts that are not known; write any character that a reference cannot have (`$`, `*`, a NUL) in
 * their place. What depends on such a part is then not known.
 */

/** The shell behind `/bin/sh` of an image; `none` has no shell at all. */
export type ImageShell = 'dash' | 'bash' | 'ash' | 'none';

interface Reference {
  /** Without registry mirrors of Docker Hub and without `library/`: `golang`, `bitnami/redis`, `mcr.microsoft.com/dotnet/sdk`. */
  readonly repository: string;
  /** `latest` when there is none, `''` when only a digest is given. */
  readonly tag: string;
}

/** Hosts that serve the images of Docker Hub under the same names; longest first where one begins another. */
const HUB =
  /^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io|registry\.hub\.docker\.com|mirror\.gcr\.io|public\.ecr\.aws\/docker|public\.ecr\.aws\/(?=amazonlinux\/)|dockerhub\.io|docker\.m\.daocloud\.io)\//;

function parse(image: string): Reference {
  const [named = '', digest] = image.trim().split('@');
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  let repository = (tagged ? named.slice(0, colon) : named).toLowerCase();
  repository = repository.replace(HUB, '').replace(/^library\//, '');
  return { repository, tag: tagged ? named.slice(colon + 1).toLowerCase() : digest === undefined ? 'latest' : '' };
}

const known = (text: string): boolean => /^[\w.\-/:]*$/.test(text);

/** Docker-library images that stand on Debian or Ubuntu unless the tag says otherwise. */
const DASH = new Set(
  (
    'debian ubuntu buildpack-deps golang node python pypy ruby jruby php rust perl elixir erlang haskell dart julia r-base clojure groovy gcc ' +
    'eclipse-temurin sapmachine maven gradle jetty tomcat swift nginx nginxinc/nginx-unprivileged httpd haproxy varnish memcached redis valkey ' +
    'valkey/valkey mariadb postgres postgis/postgis mongo rabbitmq cassandra neo4j solr zookeeper wordpress drupal nextcloud joomla ghost ' +
    'redmine hylang rakudo-star racket sbcl mono neurodebian aerospike couchdb couchbase crate rethinkdb perl jenkins/jenkins ' +
    'mcr.microsoft.com/dotnet/sdk mcr.microsoft.com/dotnet/aspnet mcr.microsoft.com/dotnet/runtime mcr.microsoft.com/dotnet/runtime-deps ' +
    'mcr.microsoft.com/dotnet/core/sdk mcr.microsoft.com/dotnet/core/aspnet mcr.microsoft.com/dotnet/core/runtime ' +
    'mcr.microsoft.com/playwright mcr.microsoft.com/playwright/python denoland/deno oven/bun continuumio/miniconda3 continuumio/anaconda3 ' +
    'condaforge/miniforge3 tensorflow/tensorflow pytorch/pytorch nvidia/cuda phusion/baseimage phusion/passenger-full ' +
    'sonarqube selenium/standalone-chrome rocker/r-ver hseeberger/scala-sbt sbtscala/scala-sbt crystallang/crystal emscripten/emsdk ' +
    'cypress/base cypress/included cypress/browsers mcr.microsoft.com/devcontainers/base mcr.microsoft.com/azure-functions/node ' +
    'mcr.microsoft.com/azure-functions/python odoo influxdb telegraf hexpm/elixir hexpm/erlang'
  ).split(' '),
);

/** Images whose `/bin/sh` is bash unless the tag says otherwise. */
const BASH = new Set(
  (
    'fedora centos rockylinux rockylinux/rockylinux almalinux amazonlinux amazonlinux/amazonlinux oraclelinux ol sl archlinux photon ' +
    'mageia clearlinux clefos amazoncorretto opensuse/leap opensuse/tumbleweed gentoo/stage3 quay.io/centos/centos ' +
    'registry.fedoraproject.org/fedora container-registry.oracle.com/os/oraclelinux mysql'
  ).split(' '),
);

/** Images on Alpine or BusyBox. */
const ASH = new Set(
  'alpine busybox composer docker caddy traefik registry vault hashicorp/vault hashicorp/terraform consul eclipse-mosquitto adminer mongo-express alpine/git nginxproxy/docker-gen'.split(
    ' ',
  ),
);

/** Publishers all of whose images stand on one family. */
const FAMILIES: readonly (readonly [prefix: string, shell: ImageShell])[] = [
  ['registry.access.redhat.com/', 'bash'],
  ['registry.redhat.io/', 'bash'],
  ['redhat/ubi', 'bash'],
  ['opensuse/', 'bash'],
  ['registry.suse.com/', 'bash'],
  ['rockylinux/', 'bash'],
  ['public.ecr.aws/lambda/', 'bash'],
  ['bitnami/', 'dash'],
  ['bitnamilegacy/', 'dash'],
  ['cimg/', 'dash'],
  ['circleci/', 'dash'],
  ['selenium/', 'dash'],
  ['jupyter/', 'bash'],
  ['quay.io/jupyter/', 'bash'],
  ['quay.io/rockylinux/', 'bash'],
  ['quay.io/fedora/', 'bash'],
  ['quay.io/almalinuxorg/', 'bash'],
  ['mcr.microsoft.com/devcontainers/', 'dash'],
  ['mcr.microsoft.com/vscode/devcontainers/', 'dash'],
  ['cgr.dev/chainguard/', 'ash'],
  ['chainguard/', 'ash'],
];

/** What a tag says of the distribution, whatever the image; the first that fits. */
function shellOfTag(tag: string): ImageShell | 'windows' | undefined {
  if (/(?:^|-)(?:nanoserver|windowsservercore|windows)/.test(tag)) return 'windows';
  if (/(?:^|[-.])(?:chiseled|distroless|scratch)/.test(tag)) return 'none';
  if (/alpine|(?:^|-)(?:musl|wolfi)(?:$|-)/.test(tag)) return 'ash';
  if (
    /(?:^|-)(?:slim|trixie|bookworm|bullseye|buster|stretch|jessie|sid|forky|debian\d*|ubuntu\d*|resolute|noble|jammy|focal|bionic|xenial|trusty)(?:$|[-.\d])/.test(
      tag,
    )
  ) {
    return 'dash';
  }
  if (
    /(?:^|-)(?:ubi\d*|ubi-\w+|rhel|centos\d*|fedora\d*|rocky(?:linux)?\d*|alma(?:linux)?\d*|amazonlinux\d*|al2|al2023|oracle(?:linux)?\d*|amazoncorretto|ol\d|cbl|azurelinux\d*|mariner|photon|leap|tumbleweed)(?:$|[-.\d])/.test(
      tag,
    )
  ) {
    return 'bash';
  }
  return undefined;
}

/** OpenJDK stood on Debian up to 11 and on Oracle Linux from 12 on, when the tag names no distribution. */
function shellOfOpenJdk(tag: string): ImageShell | undefined {
  const major = Number(/^\d+/.exec(tag)?.[0] ?? Number.NaN);
  if (Number.isNaN(major)) return undefined;
  return major < 12 ? 'dash' : 'bash';
}

/** The shell that is behind `/bin/sh` in an image, or undefined when the image is not known or is a Windows one. */
export function shellOf(image: string): ImageShell | undefined {
  const { repository, tag } = parse(image);
  if (!known(repository) || repository === '') return undefined;
  if (repository === 'scratch') return 'none';
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  if (/^gcr\.io\/distroless\//.test(repository)) {
    if (!known(tag)) return undefined;
    return /debug/.test(tag) ? 'ash' : 'none';
  }
  if (/^(?:cgr\.dev\/)?chainguard\//.test(repository)) {
    if (/-dev$|^dev$/.test(tag)) return 'ash';
    if (/^(?:static|glibc-dynamic|cc-dynamic|musl-dynamic)$/.test(last)) return 'none';
  }
  if (repository.startsWith('mcr.microsoft.com/windows')) return undefined;
  if (repository.startsWith('mcr.microsoft.com/azurelinux') || repository.startsWith('mcr.microsoft.com/cbl-mariner'))
    return 'bash';
  // `oraclelinux:9-slim` is no Debian, so images with one family go before what tags commonly mean.
  if (BASH.has(repository) && repository !== 'mysql' && repository !== 'amazoncorretto') return 'bash';
  const byTag = shellOfTag(tag);
  if (byTag === 'windows') return undefined;
  if (byTag !== undefined) return byTag;
  if (/(?:^|[-_])alpine(?:$|[-_\d])/.test(last) || last === 'wolfi-base') return 'ash';
  if (ASH.has(repository)) return 'ash';
  // A digest or a tag with an unknown part may be any variant; only images without variants are certain.
  const certain = tag !== '' && known(tag);
  if (repository === 'debian' || repository === 'ubuntu' || repository === 'buildpack-deps') return 'dash';
  if (BASH.has(repository)) return certain ? 'bash' : undefined;
  if (/^(?:ubi\d+|ubi\d+-\w+)$/.test(last)) return 'bash';
  if (repository === 'openjdk') return certain ? shellOfOpenJdk(tag) : undefined;
  if (DASH.has(repository)) return certain ? 'dash' : undefined;
  for (const [prefix, shell] of FAMILIES) if (repository.startsWith(prefix)) return shell;
  return undefined;
}

function environmentTable(repository: string): ImageEnvironment | undefined {
  const name = repository
    .replace(/^mcr\.microsoft\.com\//, '')
    .replace(/^ghcr\.io\/(?=astral-sh\/)/, '')
    .replace(/^docker\.elastic\.co\//, '');
  return Object.hasOwn(IMAGE_ENVIRONMENTS, name) ? IMAGE_ENVIRONMENTS[name] : undefined;
}

const NOTHING: ImageEnvironment = {};

/** The variables that an image sets: a value, or true when it is set to something that depends on the tag. */
export function environmentOfImage(image: string): Readonly<Record<string, string | true>> {
  const { repository } = parse(image);
  return environmentTable(repository) ?? NOTHING;
}

/** Whether the image is so well known that a name which `environmentOfImage` lacks is not set by it. */
export function isOfficialImage(image: string): boolean {
  const { repository } = parse(image);
  return environmentTable(repository) !== undefined || repository.startsWith('gcr.io/distroless/');
}
