import type { Redis } from 'ioredis';

/** One section of INFO as text. */
export async function infoText(client: Redis, section: string): Promise<string> {
  return client.info(section);
}

/** A number of an INFO section; undefined where the server does not say. */
export function infoFigure(text: string, name: string): number | undefined {
  const value = Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(text)?.[1]);
  return Number.isFinite(value) ? value : undefined;
}
