import { compressSync } from 'snappy';
import { beforeAll, describe, expect, it } from 'vitest';
import { codecNumber, codecsLoaded, loadCodecs, loadedCodec } from '../../../../src/broker/wire/compression/codecs.js';
import { zstdContentBound } from '../../../../src/broker/wire/compression/zstd-content-bound.js';
import { goldenBytes, thirtyThousandLines } from '../../../golden/record-batches/golden-batches.js';

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;
const lines = thirtyThousandLines();

describe('codecs', () => {
  it('are loaded when asked for', async () => {
    expect(codecsLoaded(1)).toBe(true);
    expect(codecsLoaded(1 << 2)).toBe(false);
    expect(() => loadedCodec(2)).toThrow(expect.objectContaining({ code: 'CODEC_MISSING' }));
    await loadCodecs(1 << 2);
    expect(codecsLoaded((1 << 2) | 1)).toBe(true);
    expect(codecsLoaded((1 << 2) | (1 << 4))).toBe(false);
  });

  it('have the numbers of the record batch format', () => {
    expect(['none', ...CODECS].map((name) => codecNumber(name as 'none'))).toEqual([0, 1, 2, 3, 4]);
  });

  it('that do not exist are named', async () => {
    await expect(loadCodecs(1 << 6)).rejects.toThrow(
      expect.objectContaining({ code: 'CODEC_MISSING', message: 'codec number 6 is not known to this version' }),
    );
  });

  describe.each(CODECS)('%s', (name) => {
    beforeAll(() => loadCodecs(1 << codecNumber(name)));
    const codec = () => loadedCodec(codecNumber(name));

    it('gives back what it was given', () => {
      for (const input of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(1 << 20, 'repeat'), lines]) {
        const packed = codec().compress(input);
        expect(codec().decompress(packed).equals(input)).toBe(true);
        if (input.length > 1000) expect(packed.length).toBeLessThan(input.length / 2);
      }
    });

    it('refuses damaged bytes', () => {
      expect(() => codec().decompress(Buffer.from('no such thing as a frame'))).toThrow(Error);
      const packed = codec().compress(lines);
      expect(() => codec().decompress(packed.subarray(0, packed.length / 2))).toThrow(Error);
    });
  });

  it('snappy reads a bare block and a frame of several', async () => {
    await loadCodecs(1 << 2);
    const snappy = loadedCodec(2);
    expect(snappy.decompress(compressSync(lines)).equals(lines)).toBe(true);
    // Java's framing, which old consumers insist on: mark, version, compatible version, then blocks of 32 KiB.
    const packed = snappy.compress(lines);
    expect(packed.subarray(0, 16).toString('hex')).toBe('82534e4150505900' + '00000001' + '00000001');
    let blocks = 0;
    for (let at = 16; at < packed.length; at += 4 + packed.readInt32BE(at)) blocks++;
    expect(blocks).toBe(Math.ceil(lines.length / 32768));
  });

  it('lz4 reads frames with linked blocks, and with checksums and sizes', async () => {
    await loadCodecs(1 << 3);
    for (const file of ['linked-blocks.lz4', 'all-checksums.lz4']) {
      expect(loadedCodec(3).decompress(goldenBytes(file)).equals(lines)).toBe(true);
    }
  });

  it('lz4 writes independent blocks, the only ones that Java reads', async () => {
    await loadCodecs(1 << 3);
    const packed = loadedCodec(3).compress(lines);
    expect(packed.readUInt32LE(0)).toBe(0x184d2204);
    expect(packed[4]! & 0b1110_0000).toBe(0b0110_0000);
  });

  it('zstd reads frames that do not tell their size', async () => {
    await loadCodecs(1 << 4);
    expect(loadedCodec(4).decompress(goldenBytes('size-not-told.zst')).equals(lines)).toBe(true);
  });
});

describe('zstdContentBound', () => {
  it('is never less than the content', async () => {
    await loadCodecs(1 << 4);
    expect(zstdContentBound(goldenBytes('size-not-told.zst'))).toBeGreaterThanOrEqual(lines.length);
    for (const input of [Buffer.alloc(0), Buffer.alloc(5_000_000), Buffer.from('x'), lines]) {
      expect(zstdContentBound(loadedCodec(4).compress(input))).toBeGreaterThanOrEqual(input.length);
    }
  });

  it('refuses what is no frame', () => {
    expect(() => zstdContentBound(Buffer.from('nonsense'))).toThrow('not a zstd frame');
    expect(() => zstdContentBound(goldenBytes('size-not-told.zst').subarray(0, 60))).toThrow('cut off');
  });
});
