import type { CoreUnderTest } from '../laws/core-under-test.ts';
import type { CoreMutant } from './mutant.ts';

const KEYSPACE = 'core/tenancy/keyspace';
const CALL = 'core/stores/script-call';

/** Tenant ids changed before they are taken for what they are. */
function overIds(change: (id: string) => string): (core: CoreUnderTest) => CoreUnderTest {
  return (core) => ({ ...core, parseTenantId: (text) => core.parseTenantId(change(text)) });
}

/** Faults in how keys, ids and commands are spelt. */
export const KEY_MUTANTS: readonly CoreMutant[] = [
  {
    kind: 'core',
    name: 'key without tenant',
    fault: 'the key of an entry leaves the tenant out',
    killer: 'P1',
    edits: [
      {
        file: KEYSPACE,
        from: 'const entryPrefix = `${before}cache:${tag}:`;',
        to: 'const entryPrefix = `${before}cache:`;',
      },
    ],
  },
  {
    kind: 'core',
    name: 'command not wrapped',
    fault: 'a put writes the key as the caller spells it',
    killer: 'P14',
    edits: [
      {
        file: CALL,
        from: 'keys.entryPrefix + request.key, payload,',
        to: 'request.key, payload,',
      },
    ],
  },
  {
    kind: 'core',
    name: 'ambiguous separator',
    fault: 'tenant and key are joined by a colon that both may contain',
    killer: 'P1',
    edits: [
      { file: KEYSPACE, from: 'return encodeText(tenant);', to: 'return tenant;' },
      {
        file: KEYSPACE,
        from: 'const entryPrefix = `${before}cache:${tag}:`;',
        to: 'const entryPrefix = `${before}cache:${tag.slice(1, -1)}:`;',
      },
    ],
  },
  {
    kind: 'core',
    name: 'unescaped glob',
    fault: 'a star in a tenant id stays a star in its pattern',
    killer: 'P1',
    edits: [
      {
        file: KEYSPACE,
        from: 'return encodeText(tenant);',
        to: "return encodeText(tenant).replaceAll('%2A', '*');",
      },
    ],
  },
  {
    kind: 'core',
    name: 'constant hash tag',
    fault: "all tenants' keys are in one slot of a cluster",
    killer: 'P1',
    edits: [
      {
        file: KEYSPACE,
        from: 'if (partition === undefined) return `{${encodeTenant(tenant)}}`;',
        to: 'if (partition === undefined) return `{all}{${encodeTenant(tenant)}}`;',
      },
    ],
  },
  {
    kind: 'core',
    name: 'partly prefixed batch',
    fault: 'every second lookup of a pipeline goes out without the prefix',
    killer: 'P14',
    edits: [
      {
        file: CALL,
        from: 'keys.entryPrefix + request.key, `${ratePerSecond}`,',
        to: `((keys.lookupCount = (keys.lookupCount ?? 0) + 1) % 2 === 1
          ? keys.entryPrefix : '') + request.key, \`\${ratePerSecond}\`,`,
      },
    ],
  },
  {
    kind: 'core',
    name: 'key of another call',
    fault: 'a put carries the key that the call before it brought along',
    killer: 'P14',
    edits: [
      {
        file: CALL,
        from: 'keys.entryPrefix + request.key, payload,',
        to: `keys.entryPrefix +
          ((globalThis.putKeys = [globalThis.putKeys?.[1], request.key])[0] ?? request.key),
          payload,`,
      },
    ],
  },
  {
    kind: 'core',
    name: 'ids folded to one case',
    fault: 'tenants "A" and "a" are one',
    killer: 'P1',
    wrap: overIds((id) => id.toLowerCase()),
  },
  {
    kind: 'core',
    name: 'ids trimmed',
    fault: 'tenants "a" and "a " are one',
    killer: 'P1',
    wrap: overIds((id) => id.trim()),
  },
  {
    kind: 'core',
    name: 'ids normalised',
    fault: 'tenants that differ in their Unicode normal form are one',
    killer: 'P1',
    wrap: overIds((id) => id.normalize('NFC')),
  },
  {
    kind: 'core',
    name: 'tenant from a header',
    fault: 'the tenant that the client names is believed',
    killer: 'P13',
    edits: [
      {
        file: 'core/tenancy/identify-tenant',
        from: 'if (caller.mayActForOthers)',
        to: 'if (caller !== undefined)',
      },
    ],
  },
  {
    kind: 'core',
    name: 'no tenant means global',
    fault: 'who is not authenticated is served as a tenant for everybody',
    killer: 'P13',
    edits: [
      {
        file: 'core/tenancy/identify-tenant',
        from: "return { kind: 'refused', reason: 'not-authenticated' };",
        to: "return { kind: 'identified', tenant: 'global' };",
      },
    ],
  },
];
