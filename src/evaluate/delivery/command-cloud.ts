/*
 * Commands of clouds that run an image as a service.
 */
import type { Texts } from '../../value/text.js';
import type { DeployCommand } from './command-deploy.js';
import { allOf, cut, type DeployWord, lastOf, type Options, prefixOf, readOptions, without } from './command-words.js';

/** What a cloud's command deploys; undefined when it deploys nothing that is told here. */
export function cloudCommand(texts: Texts, tool: string, words: readonly DeployWord[]): DeployCommand | undefined {
  switch (tool) {
    case 'aws':
      return aws(texts, words);
    case 'gcloud':
      return gcloud(texts, words);
    case 'az':
      return az(texts, words);
    case 'fly':
    case 'flyctl':
      return fly(texts, words);
    case 'heroku':
      return heroku(texts, words);
    case 'nomad':
      return nomad(texts, words);
    default:
      return undefined;
  }
}

function pathOf(texts: Texts, options: Options): string {
  return options.operands.map(({ text }) => texts.constant(text) ?? '').join(' ');
}

function imageOf(
  by: string,
  image: DeployWord | undefined,
  namespace: DeployWord | undefined,
  context: DeployWord | undefined,
): DeployCommand | undefined {
  return image === undefined ? undefined : { kind: 'image', images: [image], by, namespace, context };
}

function aws(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    switches:
      '--debug --no-cli-pager --no-paginate --no-verify-ssl --publish --no-publish --force-new-deployment --dry-run --no-sign-request',
  });
  const path = pathOf(texts, options);
  const place = lastOf(options, '--profile', '--cluster');
  if (/^ecs register-task-definition\b/.test(path)) {
    const given = lastOf(options, '--cli-input-json', '--cli-input-yaml', '--container-definitions');
    const prefix = given === undefined ? undefined : /^file:\/\//.exec(prefixOf(given.text))?.[0];
    if (given === undefined || prefix === undefined) return undefined;
    return { kind: 'task', file: { text: without(texts, given.text, prefix.length), place: given.place } };
  }
  if (/^lambda update-function-code\b/.test(path))
    return imageOf(
      'aws lambda update-function-code',
      lastOf(options, '--image-uri'),
      lastOf(options, '--function-name'),
      place,
    );
  if (/^lambda create-function\b/.test(path)) {
    const code = lastOf(options, '--code');
    const parts = code === undefined ? undefined : cut(texts, code, 'ImageUri=');
    return imageOf('aws lambda create-function', parts?.[1], lastOf(options, '--function-name'), place);
  }
  return undefined;
}

function gcloud(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    switches:
      '--quiet -q --allow-unauthenticated --no-allow-unauthenticated --no-traffic --async --wait --execute-now --use-http2 --cpu-throttling ' +
      '--no-cpu-throttling --cpu-boost --no-cpu-boost --promote --no-promote --session-affinity --no-session-affinity --clear-env-vars',
  });
  const path = pathOf(texts, options).replace(/^(?:alpha|beta) /, '');
  const [namespace, context] = [serviceOf(texts, options), lastOf(options, '--project', '--cluster')];
  if (/^run (?:deploy|services update|jobs (?:deploy|update|create)|worker-pools deploy)\b/.test(path))
    return imageOf('gcloud run deploy', lastOf(options, '--image'), namespace, context);
  if (/^app deploy\b/.test(path))
    return imageOf('gcloud app deploy', lastOf(options, '--image-url'), undefined, context);
  if (/^compute instances (?:create-with-container|update-container)\b/.test(path))
    return imageOf('gcloud compute instances', lastOf(options, '--container-image'), namespace, context);
  return undefined;
}

/** The name of what is deployed: the operand after the words of the command. */
function serviceOf(texts: Texts, options: Options): DeployWord | undefined {
  const { operands } = options;
  const verb = operands.findLastIndex(({ text }) =>
    /^(?:deploy|update|create|create-with-container|update-container)$/.test(texts.constant(text) ?? ''),
  );
  return verb === -1 ? undefined : operands[verb + 1];
}

function az(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    switches: '--no-wait --only-show-errors --debug --verbose --yes -y --enable-app-insights --system-assigned',
  });
  const path = pathOf(texts, options);
  const [name, group] = [lastOf(options, '--name', '-n'), lastOf(options, '--resource-group', '-g')];
  const slot = lastOf(options, '--slot', '-s');
  if (/^(?:webapp|functionapp) (?:config container set|create)\b/.test(path)) {
    const image = lastOf(
      options,
      '--container-image-name',
      '--docker-custom-image-name',
      '--deployment-container-image-name',
      '--image',
      '-c',
      '-i',
    );
    return imageOf('az webapp', image, slot ?? name, group);
  }
  if (/^containerapp (?:update|create|up|job (?:update|create)|revision copy)\b/.test(path))
    return imageOf('az containerapp', lastOf(options, '--image', '-i'), name, group);
  if (/^container create\b/.test(path)) return imageOf('az container create', lastOf(options, '--image'), name, group);
  return undefined;
}

function fly(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, {
    valued:
      '-a --app -c --config -i --image -e --env -r --region --strategy --dockerfile --build-arg --build-target -t --access-token --wait-timeout --image-label',
  });
  if (texts.constant(options.operands[0]?.text ?? texts.empty) !== 'deploy') return undefined;
  return imageOf(
    'fly deploy',
    lastOf(options, '--image', '-i'),
    lastOf(options, '-a', '--app'),
    lastOf(options, '-c', '--config'),
  );
}

/** Heroku runs what was pushed to its registry under the names of the application and the process. */
function heroku(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, { valued: '-a --app -r --remote' });
  const [verb, ...processes] = options.operands;
  const app = lastOf(options, '-a', '--app');
  if (verb === undefined || texts.constant(verb.text) !== 'container:release' || app === undefined) return undefined;
  const images = processes.map(({ text, place }) => ({
    text: texts.concat(texts.literal('registry.heroku.com/'), app.text, texts.literal('/'), text),
    place,
  }));
  return images.length === 0
    ? undefined
    : { kind: 'image', images, by: 'heroku container:release', namespace: app, context: undefined };
}

/** A Nomad job gets its image by a variable; which one is a question of its name. */
function nomad(texts: Texts, words: readonly DeployWord[]): DeployCommand | undefined {
  const options = readOptions(texts, words, { valued: '-var -var-file -namespace -region -address -token' });
  const path = pathOf(texts, options);
  if (!/^(?:job )?run\b/.test(path)) return undefined;
  const images = allOf(options, '-var').flatMap((word) => {
    const parts = cut(texts, word, '=');
    return parts !== undefined && /image$/i.test(parts[0]) ? [parts[1]] : [];
  });
  return images.length === 0
    ? undefined
    : {
        kind: 'image',
        images,
        by: 'nomad run',
        namespace: lastOf(options, '-namespace'),
        context: lastOf(options, '-region'),
      };
}
