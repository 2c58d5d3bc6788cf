// The rule's page is its test: envariant/testing runs every example on it.
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testPages } from 'envariant/testing';
import plugin from '../index.js';

const rules = (plugin.rules ?? []).map((rule) => ({ ...rule, id: `${plugin.name}/${rule.id}` }));

testPages(fileURLToPath(new URL('../rules', import.meta.url)), { describe, it }, rules);
