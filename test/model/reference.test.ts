import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMutableTag, mayBeSame, parseReference } from '../../src/model/reference.js';
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

describe('mayBeSame', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'same'],
    ['app:$TAG', 'app:$TAG', 'same'],
    ['app:1', 'app:2', 'no'],
    ['app:', 'app', 'no'],
    ['acme/app:1.2.3', 'acme/api:1.2.3', 'no'],
    ['acme/app:$TAG', 'acme/app:1.2.3', 'maybe'],
    ['acme/app:$TAG', 'acme/app:$SHA', 'maybe'],
    ['acme/app:v$N', 'acme/app:1.2', 'no'],
    ['acme/app:$N-dev', 'acme/app:1.2-prod', 'no'],
    ['$REGISTRY/app:$SHA', 'ghcr.io/acme/app:$SHA', 'maybe'],
    ['$REGISTRY/app:latest', 'ghcr.io/acme/app:latest', 'no'],
    ['$REGISTRY/app:$SHA', 'ghcr.io/acme/api:$SHA', 'no'],
    ['$IMAGE', 'acme/app:1.2.3', 'no'],
    ['app@sha256:00', 'mirror/app@sha256:00', 'same'],
    ['app@sha256:00', 'app@sha256:11', 'no'],
    // Hard case 38: a digest that no build hands out is not guessed.
    ['app@sha256:00', 'app', 'no'],
    ['app:1.2@sha256:00', 'app:1.2', 'maybe'],
    ['app@$DIGEST', 'app@$DIGEST', 'same'],
  ] as const)('%s and %s: %s', (a, b, expected) => {
    expect(mayBeSame(texts, ref(a), ref(b))).toBe(expected);
    expect(mayBeSame(texts, ref(b), ref(a))).toBe(expected);
  });

  it('is not the same where the unknown equals nothing', () => {
    const image = texts.concat(texts.literal('acme/app:'), texts.symbol('$(date)', undefined, 'clock', true));
    expect(mayBeSame(texts, image, image)).toBe('maybe');
  });

  it('is the same as itself, and says the same both ways', () => {
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
    fc.assert(
      fc.property(written, written, (a, b) => {
        expect(mayBeSame(texts, ref(a), ref(b))).toBe(mayBeSame(texts, ref(b), ref(a)));
        const { digest } = parseReference(texts, ref(a));
        if (digest === undefined) expect(mayBeSame(texts, ref(a), ref(a))).toBe('same');
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
