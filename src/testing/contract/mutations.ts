/** Bytes that are nearly right: what a serde must refuse, or read as some value, without a crash. */

/** A number from 0 to `below - 1`. */
type Choose = (below: number) => number;

/** The same choices for the same seed (mulberry32). */
export function choices(seed: number): Choose {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Bytes at which lengths, signs and texts go wrong. */
const TELLING = [0x00, 0x01, 0x7f, 0x80, 0xc0, 0xff, 0x22, 0x5b, 0x7b];
const KINDS = 7;

/** One of the samples with one to three things changed. */
export function mutated(samples: readonly Buffer[], choose: Choose): Buffer {
  let bytes: Buffer = Buffer.from(samples[choose(samples.length)] ?? []);
  for (let left = 1 + choose(3); left > 0; left -= 1) bytes = changed(bytes, samples, choose);
  return bytes;
}

function changed(bytes: Buffer, samples: readonly Buffer[], choose: Choose): Buffer {
  const at = choose(bytes.length + 1);
  switch (choose(KINDS)) {
    case 0:
      return withByte(bytes, at, choose(256));
    case 1:
      return withByte(bytes, at, TELLING[choose(TELLING.length)] as number);
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return bytes.subarray(at);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(choose(256), choose(256)), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), (samples[choose(samples.length)] ?? bytes).subarray(choose(8))]);
    default:
      return Buffer.from(Array.from({ length: choose(24) }, () => choose(256)));
  }
}

function withByte(bytes: Buffer, at: number, byte: number): Buffer {
  if (at < bytes.length) bytes[at] = byte;
  return bytes;
}
