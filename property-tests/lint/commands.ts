/** Commands whose first argument is a key, as both client libraries name them in lower case. */
const KEY_FIRST = new Set(
  `append bitcount bitpos copy decr decrby del dump exists expire expireat expiretime geoadd geodist
  geohash geopos georadius geosearch get getbit getdel getex getrange getset hdel hexists hget hgetall
  hincrby hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hscanstream hset hsetnx hstrlen hvals
  incr incrby incrbyfloat lindex linsert llen lpop lpos lpush lpushx lrange lrem lset ltrim mget mset
  msetnx persist pexpire pexpireat pfadd pfcount psetex pttl rename renamenx restore rpop rpoplpush rpush
  rpushx sadd scard sdiff set setbit setex setnx setrange sinter sismember smembers smismember smove
  sort spop srandmember srem sscan sscanstream strlen sunion touch ttl type unlink watch xadd xdel xlen
  xrange xrevrange xtrim zadd zcard zcount zincrby zlexcount zmscore zpopmax zpopmin zrandmember zrange
  zrangebylex zrangebyscore zrangestore zrank zrem zremrangebyrank zremrangebyscore zrevrange
  zrevrangebyscore zrevrank zscan zscanstream zscore json.get json.set`.split(/\s+/),
);
/** Commands all of whose arguments may be keys. */
const ALL_KEYS = new Set(['del', 'unlink', 'exists', 'mget', 'touch', 'watch', 'sinter', 'sunion']);

/** How a method of a client spells a command: `hGetAll`, `getBuffer`, `hgetall`. */
export function commandOf(method: string): string {
  return method
    .replace(/Buffer$/, '')
    .replaceAll('_', '')
    .toLowerCase();
}

export function namesKeyFirst(command: string): boolean {
  return KEY_FIRST.has(command);
}

export function namesOnlyKeys(command: string): boolean {
  return ALL_KEYS.has(command);
}
