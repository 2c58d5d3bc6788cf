import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskFiles } from '../../src/hosts/disk.js';
import { sniffLanguage } from '../../src/hosts/sniff.js';
import { folderWith } from './folder.js';

it('reads texts, and says why it cannot', () => {
  const root = folderWith({
    'a/text': '\ufeffFROM x\n',
    binary: Uint8Array.of(65, 0, 66),
    utf16: Uint8Array.of(0xff, 0xfe, 65, 0),
    large: 'x'.repeat(5_000_001),
    loop: '-> loop',
    broken: '-> nowhere',
    'late-nul': `${'a'.repeat(9000)}\0`,
  });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const files = diskFiles(root);
  const reason = (path: string) => {
    const content = files.read(path);
    return content?.kind === 'unreadable' ? content.reason : content?.text.length;
  };
  expect(files.read('a/text')).toEqual({ kind: 'text', text: 'FROM x\n' });
  expect(reason('binary')).toBe('is a binary file');
  expect(reason('utf16')).toBe('is UTF-16 text; builders read UTF-8 only');
  expect(reason('large')).toBe('has 5.1 MB, more than the limit of 5 MB');
  expect(reason('loop')).toBe('is a symbolic link that leads back to itself');
  expect(reason('broken')).toBe('is a symbolic link to nothing');
  expect(reason('late-nul')).toBe(9001);
  expect(reason('a')).toBe('is a folder');
  expect(reason('pipe')).toBe('is not a regular file');
  expect(reason('bad\0name')).toMatch(/^cannot be read/);
  expect(files.read('missing')).toBeUndefined();
  expect(files.read('a/text/below')).toBeUndefined();
  expect(files.read('a/text')).toBe(files.read('a/text'));
});

it('lists folders, with a slash behind folders', () => {
  const root = folderWith({ 'b/x': '', a: '', link: '-> b', broken: '-> nowhere' });
  const files = diskFiles(root);
  expect(files.list('')).toEqual(['a', 'b/', 'broken', 'link/']);
  expect(files.list('b')).toEqual(['x']);
  expect(files.list('a')).toBeUndefined();
  expect(files.list('missing')).toBeUndefined();
});

it('knows Dockerfiles and scripts by their text', () => {
  expect(sniffLanguage('# syntax=docker/dockerfile:1\n\nARG X=1\nFROM a\n')).toBe('dockerfile');
  expect(sniffLanguage('from a as b\r\n')).toBe('dockerfile');
  expect(sniffLanguage('#!/usr/bin/env -S bash -e\n')).toBe('shell');
  expect(sniffLanguage('#!/bin/sh\n')).toBe('shell');
  expect(sniffLanguage('#!/usr/bin/python\nFROM x\n')).toBe('dockerfile');
  expect(sniffLanguage('Dear all\nFROM a\n')).toBeUndefined();
  expect(sniffLanguage('')).toBeUndefined();
});
