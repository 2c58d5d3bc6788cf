import { expect, it } from 'vitest';
import { lint, recognise } from '../src/index.js';
import { filesOf } from './evaluate/makefile/run.js';

it.each([
  ['Dockerfile', 'dockerfile'],
  ['Dockerfile.alpine', 'dockerfile'],
  ['Dockerfile.j2', 'dockerfile'],
  ['syntax/Dockerfile.tmLanguage', undefined],
  ['Dockerfile.toml', undefined],
  ['makefile.linux', 'makefile'],
  ['auto/lib/makefile.bor', undefined],
  ['Makefile.msvc', undefined],
])('%s', (path, language) => expect(recognise(path)).toBe(language));

it('runs no header as a script where a program is not given', () => {
  const files = filesOf({
    'lib/Makefile': 'install:\n\t$(INSTALL) ../include/app.h /usr/include\n',
    'include/app.h': '/*\nCopyright (c) 2009\n*/\n',
  });
  expect(lint(['lib/Makefile'], files).problems).toEqual([]);
});
