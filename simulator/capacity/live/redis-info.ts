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

/**
 * What the thread that executes commands has used since the server started.
 * @throws Error where the server does not tell
 */
export async function threadSeconds(client: Redis): Promise<number> {
  const cpu = await infoText(client, 'cpu');
  const seconds = (name: string) => {
    const value = infoFigure(cpu, name);
    if (value === undefined) throw new Error(`this Redis does not tell ${name}: version 6.2 does`);
    return value;
  };
  return seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread');
}
