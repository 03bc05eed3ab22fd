/** The codecs by Kafka's numbers. They are loaded when first needed: who never meets zstd needs no zstd. */
import { MillraceError } from '../../../errors/error.js';
import type { Compression } from '../../port.js';
import type { CompressionCodec } from './codec.js';

interface CodecSource {
  readonly name: Compression;
  /** What to install when it cannot be loaded. */
  readonly packageName: string;
  readonly load: () => Promise<CompressionCodec>;
}

/** By the number in a batch's attributes; 0 is no compression. */
const SOURCES: readonly (CodecSource | null)[] = [
  null,
  { name: 'gzip', packageName: 'node:zlib', load: async () => (await import('./gzip.js')).gzip },
  { name: 'snappy', packageName: 'snappy', load: async () => (await import('./snappy.js')).snappy },
  { name: 'lz4', packageName: 'lz4-napi', load: async () => (await import('./lz4.js')).lz4 },
  { name: 'zstd', packageName: '@bokuweb/zstd-wasm', load: async () => (await import('./zstd.js')).zstd() },
];

const loaded: (CompressionCodec | undefined)[] = [];

/** Kafka's number of a codec; 0 for none. */
export function codecNumber(name: Compression): number {
  return name === 'none' ? 0 : SOURCES.findIndex((source) => source?.name === name);
}

/** True when every codec whose bit is set is at hand; bit 0 stands for no compression. */
export function codecsLoaded(bits: number): boolean {
  for (let codec = 1; codec < 8; codec++) {
    if ((bits & (1 << codec)) !== 0 && loaded[codec] === undefined) return false;
  }
  return true;
}

/**
 * Loads every codec whose bit is set.
 * @throws MillraceError CODEC_MISSING naming the package to install
 */
export async function loadCodecs(bits: number): Promise<void> {
  for (let codec = 1; codec < 8; codec++) {
    if ((bits & (1 << codec)) !== 0) loaded[codec] ??= await load(codec);
  }
}

/**
 * A codec that `loadCodecs` has loaded.
 * @throws MillraceError CODEC_MISSING
 */
export function loadedCodec(codec: number): CompressionCodec {
  const found = loaded[codec];
  if (found === undefined) throw missing(codec, undefined);
  return found;
}

async function load(codec: number): Promise<CompressionCodec> {
  const source = SOURCES[codec];
  if (source === undefined || source === null) throw missing(codec, undefined);
  try {
    return await source.load();
  } catch (cause) {
    throw missing(codec, cause);
  }
}

function missing(codec: number, cause: unknown): MillraceError {
  const source = SOURCES[codec];
  const message =
    source === undefined || source === null
      ? `codec number ${codec} is not known to this version`
      : `codec ${source.name} cannot be loaded: install the package ${source.packageName}`;
  return new MillraceError('CODEC_MISSING', message, { cause });
}
