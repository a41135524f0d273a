import { COMMON_VOCABULARY, learnVocabulary, type Vocabulary } from '../arbitraries/vocabulary.ts';
import { type AdapterTraits, OPTIONAL_METHODS, type OptionalMethod } from './adapter.ts';
import type { Bench } from './bench.ts';
import type { Facts } from './facts.ts';
import { type Lab, type Party, RefusedInput } from './lab.ts';
import { placesOf } from './redis-inspector.ts';

/** Ids and keys that show how a layout spells its parts and what it escapes. */
const PROBES: readonly Party[] = [
  { tenant: 'alpha', key: 'kay' },
  { tenant: 'be:ta', key: 'kay:lima' },
  { tenant: 'ga m/ma', key: 'k*[y]' },
  { tenant: 'del{ta}', key: 'k%y|#' },
];
/** Expiry is looked for on the server first; only where that shows nothing, by waiting. */
const TTL_SHOWN_MS = 60_000;
const TTL_WAITED_MS = 40;
const SLACK_MS = 60;

/**
 * Finds out what there is to be tried: methods, whether two openings share, whether entries expire
 * or outlive their deployment, and what the layout on the server is made of.
 * @throws AdapterFault where the adapter breaks its contract already here
 */
export async function survey(bench: Bench, traits: AdapterTraits = {}): Promise<Facts> {
  const start = assume(traits);
  const methods = await bench.withLab(start, (lab) => offered(lab), { isClean: false });
  const outlives = await bench.withLab({ ...start, methods }, async (lab) => {
    await lab.forgetServer();
    return (await attempt(() => lab.get(plainIn(lab)))) !== undefined;
  });

  const known = { ...start, methods, outlives };
  const isShared = traits.sharedAcrossOpens ?? (await bench.withLab(known, sharesOpenings));
  const { vocabulary, isTransparent } = await bench.withLab(known, lookAtLayout);
  const granularity = traits.ttlGranularityMs;
  const expires = granularity !== undefined || (await bench.withLab(known, expiresFor));
  await bench.withLab(known, (lab) => callEachOnce(lab, methods));
  return { ...known, isShared, vocabulary, isTransparent, expires };
}

/** Until more is known: two openings, and nothing that outlives them. */
function assume(traits: AdapterTraits): Facts {
  return {
    methods: new Set(),
    isShared: traits.sharedAcrossOpens ?? true,
    hasLocalTier: traits.localTier ?? false,
    isLossy: traits.lossy ?? false,
    expires: false,
    ttlGranularityMs: traits.ttlGranularityMs ?? 0,
    outlives: false,
    isTransparent: false,
    vocabulary: COMMON_VOCABULARY,
  };
}

function plainIn(lab: Lab): Party {
  return lab.party('alpha', 'kay');
}

async function offered(lab: Lab): Promise<ReadonlySet<OptionalMethod>> {
  const handle = await attempt(() => lab.handleOf(plainIn(lab)));
  await attempt(() => lab.set(plainIn(lab)));
  return new Set(OPTIONAL_METHODS.filter((name) => typeof handle?.[name] === 'function'));
}

async function sharesOpenings(lab: Lab): Promise<boolean> {
  const written = await attempt(() => lab.set(plainIn(lab)));
  return (
    written !== undefined && (await attempt(() => lab.get(written, 'second'))) === written.value
  );
}

async function lookAtLayout(
  lab: Lab,
): Promise<{ readonly vocabulary: Vocabulary; readonly isTransparent: boolean }> {
  let isTransparent = false;
  for (const probe of PROBES) {
    const written = await attempt(() => lab.set(lab.party(probe.tenant, probe.key)));
    if (written === undefined) continue;
    isTransparent ||= placesOf(await lab.snapshot(), written.token).length > 0;
  }
  const redisKeys = [...(await lab.snapshot()).values()].map(({ name }) => name);
  const names = PROBES.flatMap(({ tenant, key }) => [tenant, key]);
  const parts = names.flatMap((name) => [name, ...name.split(/[^a-z]+/)]);
  return { vocabulary: learnVocabulary(COMMON_VOCABULARY, redisKeys, parts), isTransparent };
}

/** What is refused shows no expiry. */
async function expiresFor(lab: Lab): Promise<boolean> {
  return (await attempt(() => showsExpiry(lab))) ?? false;
}

async function showsExpiry(lab: Lab): Promise<boolean> {
  const shown = await lab.set(plainIn(lab), 'plain', TTL_SHOWN_MS);
  const snapshot = await lab.snapshot();
  const places = placesOf(snapshot, shown.token);
  if (places.some(({ redisKey }) => (snapshot.get(redisKey)?.ttlMs ?? -1) > 0)) return true;

  const fleeting = lab.party('alpha', 'fleeting');
  const written = await lab.set(fleeting, 'plain', TTL_WAITED_MS);
  if ((await lab.get(written)) !== written.value) return false;
  await new Promise((resolve) => setTimeout(resolve, TTL_WAITED_MS + SLACK_MS));
  return (await lab.get(written)) === undefined;
}

/** So that a wrong type is told at once, and not after half a minute. */
async function callEachOnce(lab: Lab, methods: ReadonlySet<OptionalMethod>): Promise<void> {
  const plain = plainIn(lab);
  const written = await attempt(() => lab.set(plain));
  await attempt(() => lab.get(plain));
  if (methods.has('keys')) await attempt(() => lab.keys(plain));
  if (methods.has('delete')) await attempt(() => lab.delete(plain));
  if (methods.has('getOrLoad')) {
    await attempt(() => lab.getOrLoad(plain, async () => written?.value ?? ''));
  }
  if (methods.has('invalidatePrefix')) await attempt(() => lab.invalidatePrefix(plain, 'k'));
  if (methods.has('clear')) await attempt(() => lab.clear(plain));
}

/** A refusal is an answer, too. */
async function attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof RefusedInput) return undefined;
    throw error;
  }
}
