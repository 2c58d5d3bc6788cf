/*
 * Commands that deploy, and commands that give images further names. A command is recognised by words that are written out; the
 * values of its options may be unknown. What is returned says what the command does, not what comes of it: deliver-command.ts follows
 * it into the files that it names.
 */
import type { Place } from '../../text/span.js';
import type { Text, Texts } from '../../value/text.js';
import { cloudCommand } from './command-cloud.js';
import { globals, pushCommand, type Retag, retagCommand } from './command-retag.js';
import {
  allOf,
  commaParts,
  cut,
  type DeployWord,
  lastOf,
  type OptionShape,
  type Options,
  prefixOf,
  readOptions,
  wordsOf,
} from './command-words.js';

/** Where a command deploys to, as its own options say it. */
export interface Target {
  readonly namespace: DeployWord | undefined;
  /** A context, cluster, project, resource group or application. */
  readonly context: DeployWord | undefined;
}

/** What a command deploys, or how it names images. */
export type DeployCommand =
  /** Images that run from now on: `kubectl set image`, `gcloud run deploy --image`. */
  | (Target & { readonly kind: 'image'; readonly images: readonly DeployWord[]; readonly by: string })
  /** Manifests; `rendered` ones are printed, and only deployed where that is applied; `input` applies what it reads. */
  | (Target & {
      readonly kind: 'apply';
      readonly paths: readonly DeployWord[];
      readonly kustomize: boolean;
      readonly recursive: boolean;
      readonly rendered: boolean;
      readonly input: boolean;
    })
  /** `kustomize edit set image`, in the working folder. */
  | { readonly kind: 'set-image'; readonly images: readonly DeployWord[] }
  | (Target & {
      readonly kind: 'helm';
      readonly release: DeployWord | undefined;
      readonly chart: DeployWord;
      readonly values: readonly DeployWord[];
      readonly set: readonly { readonly name: string; readonly value: DeployWord }[];
      readonly rendered: boolean;
    })
  | { readonly kind: 'helmfile'; readonly file: DeployWord | undefined; readonly environment: DeployWord | undefined }
  /** Changes of an Argo CD application. */
  | (Target & {
      readonly kind: 'application';
      readonly application: DeployWord;
      readonly images: readonly DeployWord[];
      readonly set: readonly { readonly name: string; readonly value: DeployWord }[];
    })
  /** `aws ecs register-task-definition`: a file of a task. */
  | { readonly kind: 'task'; readonly file: DeployWord }
  /** `docker stack deploy`: compose files. */
  | { readonly kind: 'stack'; readonly files: readonly DeployWord[]; readonly stack: DeployWord | undefined }
  /** `docker run`: only a deployment with evidence, such as another host. */
  | {
      readonly kind: 'run';
      readonly image: DeployWord;
      readonly remote: boolean;
      readonly context: DeployWord | undefined;
    }
  | { readonly kind: 'promotions'; readonly retags: readonly Retag[] }
  /** An image that goes to a registry, there under another name if there is one. */
  | { readonly kind: 'push'; readonly image: DeployWord; readonly as: DeployWord | undefined };

/** Reads one expanded command; undefined when it neither deploys nor names images. `places` are those of its words. */
export function deployCommand(
  argv: readonly Text[],
  texts: Texts,
  place: Place,
  places: readonly Place[] = [],
): DeployCommand | undefined {
  return read(texts, wordsOf(argv, place, places), 0);
}

function read(texts: Texts, words: readonly DeployWord[], depth: number): DeployCommand | undefined {
  const [first, ...rest] = words;
  const tool = first === undefined ? undefined : texts.constant(first.text)?.replace(/^.*\//, '');
  if (tool === undefined || depth > 3) return undefined;
  const retags = retagCommand(texts, words);
  if (retags.length > 0) return { kind: 'promotions', retags };
  const push = pushCommand(texts, words);
  if (push !== undefined) return { kind: 'push', ...push };
  switch (tool) {
    case 'kubectl':
    case 'oc':
    case 'k3s':
    case 'microk8s':
    case 'minikube':
      return kubectl(texts, rest);
    case 'kustomize':
      return kustomize(texts, rest);
    case 'helm':
      return helm(texts, rest);
    case 'helmfile':
      return helmfile(texts, rest);
    case 'argocd':
      return argocd(texts, rest);
    case 'docker':
    case 'podman':
    case 'nerdctl':
    case 'finch':
      return docker(texts, rest);
    case 'ssh':
      return ssh(texts, rest, depth);
    default:
      return cloudCommand(texts, tool, rest);
  }
}

const KUBECTL: OptionShape = {
  valued:
    '-n --namespace --context --cluster --kubeconfig --user --as --token -s --server -f --filename -k --kustomize -l --selector -o ' +
    '--output --image --field-manager --timeout --replicas -r --port --restart --env --overrides --type -p --patch --patch-file -c ' +
    '--container --request-timeout --schedule --from --prune-allowlist -v',
};

function targetOf(options: Options): Target {
  return {
    namespace: lastOf(options, '-n', '--namespace'),
    context: lastOf(options, '--context', '--kube-context', '--cluster'),
  };
}

function kubectl(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, KUBECTL);
  const names = options.operands.map(({ text }) => texts.constant(text));
  // `k3s kubectl …`, `minikube kubectl -- …`
  const skip = names[0] === 'kubectl' ? 1 : 0;
  const [verb, what] = names.slice(skip);
  const target = targetOf(options);
  const dry = lastOf(options, '--dry-run');
  const isDry =
    options.switches.has('--dry-run') ||
    (dry !== undefined && !/^(?:none|false)$/.test(texts.constant(dry.text) ?? ''));
  const setsImage = (verb === 'set' && what === 'image') || (verb === 'argo' && names.slice(skip).includes('image'));
  if (setsImage) {
    const images = options.operands.slice(skip + 2).flatMap((word) => cut(texts, word, '=')?.[1] ?? []);
    return images.length === 0 || isDry ? undefined : { kind: 'image', images, by: 'kubectl set image', ...target };
  }
  const image = lastOf(options, '--image');
  if (image !== undefined && (verb === 'run' || verb === 'create' || verb === 'rolling-update')) {
    return isDry ? undefined : { kind: 'image', images: [image], by: `kubectl ${verb}`, ...target };
  }
  if (verb === 'kustomize') {
    const [path] = options.operands.slice(skip + 1);
    const folder = path ?? here(texts, words);
    return folder === undefined ? undefined : applied([folder], target, { kustomize: true, rendered: true });
  }
  if (verb !== 'apply' && verb !== 'create' && verb !== 'replace') return undefined;
  const folders = allOf(options, '-k', '--kustomize');
  if (folders.length > 0) return applied(folders, target, { kustomize: true, rendered: isDry });
  const files = allOf(options, '-f', '--filename').flatMap((word) => commaParts(texts, word));
  const input = files.some(({ text }) => texts.constant(text) === '-');
  if (files.length === 0 || (input && isDry)) return undefined;
  return applied(
    files.filter(({ text }) => texts.constant(text) !== '-'),
    target,
    { input, rendered: isDry, recursive: options.switches.has('-R') || options.switches.has('--recursive') },
  );
}

function applied(
  paths: readonly DeployWord[],
  target: Target,
  how: {
    readonly kustomize?: boolean;
    readonly rendered?: boolean;
    readonly input?: boolean;
    readonly recursive?: boolean;
  },
): DeployCommand {
  return { kind: 'apply', paths, kustomize: false, rendered: false, input: false, recursive: false, ...how, ...target };
}

/** The working folder, as a word that stands where the command does. */
function here(texts: Texts, words: readonly DeployWord[]): DeployWord | undefined {
  const [first] = words;
  return first === undefined ? undefined : { text: texts.literal('.'), place: first.place };
}

function kustomize(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    valued:
      '-o --output --load-restrictor --network-name -e --env --mount --helm-command --reorder --stack-trace --as-current-user',
  });
  const names = options.operands.map(({ text }) => texts.constant(text));
  if (names[0] === 'edit' && names[1] === 'set' && names[2] === 'image') {
    const images = options.operands.slice(3);
    return images.length === 0 ? undefined : { kind: 'set-image', images };
  }
  if (names[0] !== 'build') return undefined;
  const folder = options.operands[1] ?? here(texts, words);
  return folder === undefined
    ? undefined
    : applied([folder], { namespace: undefined, context: undefined }, { kustomize: true, rendered: true });
}

const HELM: OptionShape = {
  valued:
    '-n --namespace --kube-context --kubeconfig -f --values --set --set-string --set-file --set-json --set-literal --version --repo ' +
    '--timeout --description --username --password --keyring --ca-file --cert-file --key-file --history-max --post-renderer ' +
    '--post-renderer-args -o --output --name-template --labels -l --kube-apiserver --kube-token --kube-as-user --burst-limit --qps ' +
    '--registry-config --repository-cache --repository-config --name -s --show-only -a --api-versions --kube-version',
};

function helm(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, HELM);
  const [verb, ...operands] = options.operands;
  const name = verb === undefined ? undefined : texts.constant(verb.text);
  // `helm secrets upgrade …` and `helm diff upgrade …` are plugins; the second changes nothing.
  if (name === 'secrets')
    return helm(
      texts,
      words.filter((word) => word !== verb),
    );
  if (name !== 'upgrade' && name !== 'install' && name !== 'template') return undefined;
  if (options.switches.has('--dry-run') || options.values.has('--dry-run')) return undefined;
  const isNameless = options.switches.has('--generate-name') || options.switches.has('-g') || operands.length === 1;
  const chart = isNameless ? operands[0] : operands[1];
  if (chart === undefined) return undefined;
  return {
    kind: 'helm',
    release: isNameless ? lastOf(options, '--name') : operands[0],
    chart,
    values: allOf(options, '-f', '--values').flatMap((word) => commaParts(texts, word)),
    set: [
      ...assignments(texts, allOf(options, '--set')),
      ...assignments(texts, allOf(options, '--set-string', '--set-literal')),
    ],
    rendered: name === 'template',
    ...targetOf(options),
  };
}

/** `a.b=c,d=e`, with names that are written out. */
function assignments(
  texts: Texts,
  words: readonly DeployWord[],
): readonly { readonly name: string; readonly value: DeployWord }[] {
  return words
    .flatMap((word) => commaParts(texts, word))
    .flatMap((word) => {
      const parts = cut(texts, word, '=');
      return parts === undefined ? [] : [{ name: parts[0], value: parts[1] }];
    });
}

function helmfile(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    valued:
      '-e --environment -f --file -l --selector -n --namespace --kube-context --state-values-set --state-values-file --args --set --values --concurrency --log-level -b --helm-binary',
  });
  const [verb] = options.operands.map(({ text }) => texts.constant(text));
  if (verb !== 'apply' && verb !== 'sync' && verb !== 'charts') return undefined;
  return {
    kind: 'helmfile',
    file: lastOf(options, '-f', '--file'),
    environment: lastOf(options, '-e', '--environment'),
  };
}

function argocd(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    valued:
      '--kustomize-image --helm-set --helm-set-string --helm-set-file -p --parameter --values --revision --path --repo --dest-namespace ' +
      '--dest-server --dest-name --project --server --auth-token --grpc-web-root-path --values-literal-file --release-name --nameprefix --namesuffix',
  });
  const names = options.operands.map(({ text }) => texts.constant(text));
  const application = options.operands[2];
  if (names[0] !== 'app' || (names[1] !== 'set' && names[1] !== 'create') || application === undefined)
    return undefined;
  return {
    kind: 'application',
    application,
    images: allOf(options, '--kustomize-image'),
    set: assignments(texts, allOf(options, '--helm-set', '--helm-set-string', '-p', '--parameter')),
    namespace: lastOf(options, '--dest-namespace'),
    context: lastOf(options, '--dest-name', '--dest-server'),
  };
}

const RUN: OptionShape = {
  switches:
    '-d --detach --rm -i --interactive -t --tty --privileged --init --read-only --no-healthcheck -P --publish-all --oom-kill-disable ' +
    '--sig-proxy --disable-content-trust -q --quiet --help --replace --no-resolve-image --with-registry-auth --force --rollback',
  stops: true,
};

function docker(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const skip = globals(texts, words);
  const before = readOptions(texts, words.slice(0, skip), {
    valued: '-H --host -c --context --config -l --log-level --connection --url',
  });
  const host = lastOf(before, '-H', '--host', '-c', '--context', '--connection', '--url');
  const [verb, next] = words.slice(skip).map(({ text }) => texts.constant(text));
  const after = (count: number): readonly DeployWord[] => words.slice(skip + count);
  const isRun = verb === 'run' || verb === 'create';
  if (isRun || (verb === 'container' && (next === 'run' || next === 'create'))) {
    const [image] = readOptions(texts, after(isRun ? 1 : 2), RUN).operands;
    return image === undefined ? undefined : { kind: 'run', image, remote: host !== undefined, context: host };
  }
  if (verb === 'service' && next === 'update') {
    const image = lastOf(readOptions(texts, after(2), { ...RUN, stops: false }), '--image');
    return image === undefined
      ? undefined
      : { kind: 'image', images: [image], by: 'docker service update', namespace: undefined, context: host };
  }
  if (verb === 'service' && next === 'create') {
    const [image] = readOptions(texts, after(2), RUN).operands;
    return image === undefined
      ? undefined
      : { kind: 'image', images: [image], by: 'docker service create', namespace: undefined, context: host };
  }
  if (verb === 'stack' && (next === 'deploy' || next === 'up')) {
    const options = readOptions(texts, after(2), {
      valued: '-c --compose-file --resolve-image --orchestrator --namespace',
    });
    return { kind: 'stack', files: allOf(options, '-c', '--compose-file'), stack: options.operands[0] };
  }
  return undefined;
}

/** A command for another host, when its words are given one by one. */
function ssh(texts: Texts, words: readonly DeployWord[], depth: number): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    valued: '-i -p -l -o -F -J -L -R -D -b -c -E -e -I -m -O -Q -S -W -w',
    stops: true,
  });
  const [host, ...rest] = options.operands;
  const start = rest.findIndex(
    ({ text }) => !/^(?:sudo|-\w+|env|\w+=.*)$/.test(texts.constant(text) ?? prefixOf(text)),
  );
  const command = read(texts, start === -1 ? [] : rest.slice(start), depth + 1);
  return command?.kind === 'run' ? { ...command, remote: true, context: command.context ?? host } : command;
}
