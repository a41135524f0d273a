import { encodeTenant } from '../core/tenancy/keyspace.ts';
import { parseTenantId } from '../core/tenancy/tenant-id.ts';

/** Slots of a Redis Cluster. */
export const SLOT_COUNT = 16_384;

/** CRC16-CCITT (XMODEM), as the Redis Cluster specification has it, of ASCII text. */
export function crc16(text: string): number {
  let crc = 0;
  for (let at = 0; at < text.length; at += 1) {
    crc ^= text.charCodeAt(at) << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    }
    crc &= 0xffff;
  }
  return crc;
}

/** The slot of all of a tenant's keys: that of the hash tag which the keyspace gives them. */
export function slotOfTenant(tenant: string): number {
  return crc16(encodeTenant(parseTenantId(tenant))) % SLOT_COUNT;
}

/** Last slot of each shard, in the even ranges that `redis-cli --cluster create` deals out. */
export function lastSlots(shards: number): number[] {
  const perShard = SLOT_COUNT / shards;
  return Array.from({ length: shards }, (_, shard) =>
    shard === shards - 1 ? SLOT_COUNT - 1 : Math.round((shard + 1) * perShard - 1),
  );
}

/** The shard that holds a slot. */
export function shardOfSlot(slot: number, shards: number): number {
  return lastSlots(shards).findIndex((last) => slot <= last);
}
