import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, isMutableTag, parseReference } from '../../src/model/reference.js';
import { Space } from '../../src/value/diagram.js';
import { render, type Text, Texts } from '../../src/value/text.js';

const texts = new Texts(new Space());

/** A reference in which `$NAME` is an unknown. */
function ref(written: string): Text {
  return texts.concat(
    ...written.split(/(\$[A-Z_]+)/).map((part) => (part.startsWith('$') ? texts.symbol(part) : texts.literal(part))),
  );
}

function parts(written: string): readonly (string | undefined)[] {
  const { registry, repository, tag, digest } = parseReference(texts, ref(written));
  const shown = (text: Text | undefined): string | undefined => (text === undefined ? undefined : render(text));
  return [registry, shown(repository), shown(tag), shown(digest)];
}

describe('parseReference', () => {
  it.each([
    ['nginx', ['docker.io', 'library/nginx', undefined, undefined]],
    ['nginx:1.27', ['docker.io', 'library/nginx', '1.27', undefined]],
    ['acme/web', ['docker.io', 'acme/web', undefined, undefined]],
    ['index.docker.io/acme/web:1', ['docker.io', 'acme/web', '1', undefined]],
    ['docker://nginx:1', ['docker.io', 'library/nginx', '1', undefined]],
    ['docker:27-cli', ['docker.io', 'library/docker', '27-cli', undefined]],
    ['localhost:5000/web', ['localhost:5000', 'web', undefined, undefined]],
    ['ghcr.io/acme/web:v1@sha256:00', ['ghcr.io', 'acme/web', 'v1', 'sha256:00']],
    ['ghcr.io/acme/web@$DIGEST', ['ghcr.io', 'acme/web', undefined, '⟨$DIGEST⟩']],
    ['ghcr.io/$OWNER/web:$TAG', ['ghcr.io', '⟨$OWNER⟩/web', '⟨$TAG⟩', undefined]],
    ['$REGISTRY/web:v-$TAG', [undefined, '⟨$REGISTRY⟩/web', 'v-⟨$TAG⟩', undefined]],
    ['$IMAGE', [undefined, '⟨$IMAGE⟩', undefined, undefined]],
    ['$IMAGE:$TAG', [undefined, '⟨$IMAGE⟩', '⟨$TAG⟩', undefined]],
    ['app:', ['docker.io', 'library/app', '', undefined]],
    ['', [undefined, '', undefined, undefined]],
  ])('takes %s apart', (written, expected) => {
    expect(parts(written)).toEqual(expected);
  });
});

describe('identityOf', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['app:$TAG', 'app:$TAG'],
    ['app@sha256:00', 'mirror/app@sha256:00'],
    ['app@$DIGEST', 'app@$DIGEST'],
  ] as const)('%s and %s are the same', (a, b) => {
    expect(identityOf(texts, ref(a))).toBe(identityOf(texts, ref(b)));
  });

  it.each([
    ['app:1', 'app:2'],
    ['app:', 'app'],
    ['acme/app:1.2.3', 'acme/api:1.2.3'],
    ['acme/app:$TAG', 'acme/app:1.2.3'],
    ['acme/app:$TAG', 'acme/app:$SHA'],
    ['$REGISTRY/app:$SHA', 'ghcr.io/acme/app:$SHA'],
    ['$IMAGE', 'acme/app:1.2.3'],
    ['app@sha256:00', 'app@sha256:11'],
    // Hard case 38: a digest that no build hands out is not guessed.
    ['app@sha256:00', 'app'],
    ['app:1.2@sha256:00', 'app:1.2'],
  ] as const)('%s and %s are not', (a, b) => {
    expect(identityOf(texts, ref(a))).not.toBe(identityOf(texts, ref(b)));
  });

  it('is nothing where the unknown equals nothing', () => {
    const image = texts.concat(texts.literal('acme/app:'), texts.symbol('$(date)', undefined, 'clock', true));
    expect(identityOf(texts, image)).toBeUndefined();
  });

  it('is shared by just those whose parts are equal', () => {
    const part = fc.constantFrom(
      'acme',
      'ghcr.io',
      '/',
      ':',
      '@',
      '$TAG',
      '$REGISTRY',
      'app',
      '1.2.3',
      'latest',
      'sha256',
    );
    const written = fc.array(part, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    const decides = (image: Text): readonly unknown[] => {
      const { name, tag = texts.literal('latest'), digest } = parseReference(texts, image);
      return digest === undefined ? [name, tag] : [digest];
    };
    fc.assert(
      fc.property(written, written, (a, b) => {
        const [x, y] = [decides(ref(a)), decides(ref(b))];
        const equal = x.length === y.length && x.every((one, i) => one === y[i]);
        expect(identityOf(texts, ref(a)) === identityOf(texts, ref(b))).toBe(equal);
      }),
      { seed: 5, numRuns: 400 },
    );
  });
});

describe('isMutableTag', () => {
  it.each([
    ['latest', true],
    ['main', true],
    ['staging', true],
    ['main-dev', true],
    ['1.2.3', false],
    ['1.2.3-rc', false],
    ['7-alpine', false],
    ['3f2a9bc', false],
    ['$CI_COMMIT_REF_SLUG', true],
    ['$SHA', false],
    ['main-$SHA', false],
  ])('%s: %s', (tag, expected) => {
    expect(isMutableTag(ref(tag))).toBe(expected);
  });

  it('holds for no tag at all', () => {
    expect(isMutableTag(undefined)).toBe(true);
  });
});
