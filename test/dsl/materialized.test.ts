import { describe, expect, it } from 'vitest';
import { keyValueSpec, saysMaterialized, sessionSpec, windowSpec } from '../../src/dsl/materialized.js';
import { serdes } from '../../src/serde/serdes.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const defaults = { name: 's', key: serdes.string(), value: undefined };

describe('saysMaterialized', () => {
  it('is true for anything that is said about state, but not for a name of the operator', () => {
    expect(saysMaterialized({})).toBe(false);
    const named: object = { name: 'x' };
    expect(saysMaterialized(named)).toBe(false);
    expect(saysMaterialized({ store: undefined })).toBe(false);
    for (const options of [
      { store: 's' },
      { key: serdes.string() },
      { value: serdes.string() },
      { caching: true },
      { logging: true },
      { engine: 'level' as const },
      { headers: false },
      { versioned: { historyRetention: 1 } },
      { retention: 1 },
    ]) {
      expect(saysMaterialized(options), JSON.stringify(options)).toBe(true);
    }
  });
});

describe('keyValueSpec', () => {
  it('is that of a history where one is asked for: never cached, its store named', () => {
    const versioned = { historyRetention: '1h' } as const;
    expect(keyValueSpec({ store: 's', versioned, caching: true, engine: 'memory' }, defaults)).toEqual({
      ...defaults,
      kind: 'versioned',
      format: 'plain',
      engine: 'memory',
      caching: false,
      logging: {},
      retentionMs: 3_600_000,
    });
    expect(
      keyValueSpec({ store: 's', versioned: { historyRetention: 0, segmentInterval: '5s' } }, defaults),
    ).toMatchObject({ retentionMs: 0, segmentIntervalMs: 5000 });
    expect(() => keyValueSpec({ versioned }, defaults)).toThrow('needs a name for its store');
    const of = (wrong: object) => () => keyValueSpec({ store: 's', versioned: wrong as typeof versioned }, defaults);
    expect(of({ historyRetention: '1h', segmentInterval: 0 })).toThrow('segmentInterval of store s must be at least 1');
    expect(of({ historyRetention: -1 })).toThrow('historyRetention');
    expect(of({ retention: '1h' })).toThrow('retention');
    expect(of({})).toThrow('historyRetention');
  });

  it('keeps headers where that is asked for, but not of a history', () => {
    expect(keyValueSpec({ headers: true }, defaults)).toMatchObject({ format: 'headers' });
    const without = keyValueSpec({ headers: false }, defaults);
    expect([without.format, without.formatOpen]).toEqual(['timestamped', undefined]);
    const versioned = { historyRetention: '1h' } as const;
    expect(() => keyValueSpec({ store: 's', versioned, headers: true }, defaults)).toThrow('store s has no headers');
  });

  it('is cached, logged and on disk by default, with the serdes of what it is made from', () => {
    expect(keyValueSpec({}, defaults)).toEqual({
      ...defaults,
      kind: 'keyValue',
      format: 'timestamped',
      formatOpen: true,
      engine: 'level',
      engineOpen: true,
      caching: true,
      logging: {},
    });
  });

  it('takes what is said instead', () => {
    const value = serdes.long();
    expect(keyValueSpec({ value, engine: 'memory', caching: false, logging: false }, defaults)).toMatchObject({
      key: defaults.key,
      value,
      engine: 'memory',
      caching: false,
      logging: false,
    });
    expect(keyValueSpec({ logging: true }, defaults).logging).toEqual({});
    expect(keyValueSpec({ logging: { a: 'b' } }, defaults).logging).toEqual({ a: 'b' });
  });
});

describe('windowSpec', () => {
  const windows = TimeWindows.of({ size: '10s', grace: '5s' });

  it('keeps windows as long as they take records', () => {
    expect(windowSpec({}, defaults, windows)).toMatchObject({
      kind: 'window',
      format: 'timestamped',
      retentionMs: 15_000,
      windowSizeMs: 10_000,
    });
  });

  it('keeps them longer if told to, but not shorter', () => {
    expect(windowSpec({ retention: '1h' }, defaults, windows).retentionMs).toBe(3_600_000);
    expect(windowSpec({ retention: 15_000 }, defaults, windows).retentionMs).toBe(15_000);
    expect(() => windowSpec({ retention: 14_999 }, defaults, windows)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        option: 'retention',
        store: 's',
        message: expect.stringContaining('is 14999 ms, but its windows are needed for 15000 ms') as string,
      }) as Error,
    );
  });
});

describe('sessionSpec', () => {
  const windows = SessionWindows.of({ gap: '10s', grace: '5s' });

  it('keeps sessions as long as they take records', () => {
    expect(sessionSpec({}, defaults, windows)).toMatchObject({
      kind: 'session',
      retentionMs: 15_000,
      sessionGapMs: 10_000,
    });
  });

  it('keeps them longer if told to, but not shorter', () => {
    expect(sessionSpec({ retention: '1h' }, defaults, windows).retentionMs).toBe(3_600_000);
    expect(() => sessionSpec({ retention: 14_999 }, defaults, windows)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        option: 'retention',
        store: 's',
        message: expect.stringContaining('is 14999 ms, but its sessions take records for 15000 ms') as string,
      }) as Error,
    );
  });
});
