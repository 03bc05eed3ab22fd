import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EnginePlace, EngineSupplier } from '../../../src/store/engine-supplier.js';
import { MemoryBackend } from '../../../src/store/memory/memory-backend.js';
import type { OverlayBackends } from '../../../src/store/overlay/overlay-task-state.js';
import { openOverBackends } from '../../../src/worker/state/open-backends.js';
import type { StoreEngine } from '../../../src/store/spec.js';
import { fileEngine } from '../../store/file-engine.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-engines-'));

function placeOf({ name }: EngineSupplier): EnginePlace {
  return {
    applicationId: 'app',
    task: '0_1',
    folder: join(folder, name, '0_1'),
    memoryBytes: 1_000,
    warn: (message) => {
      throw new Error(message);
    },
  };
}

class Closing extends MemoryBackend {
  closed = false;

  override close(): Promise<void> {
    this.closed = true;
    return super.close();
  }
}

const noLevel = (): Promise<never> => Promise.reject(new Error('nothing is on LevelDB'));

const given = (backends: OverlayBackends): OverlayBackends => backends;

describe('the backends of a task', () => {
  it('opens each engine once, at a place of its own, and LevelDB only where it is wanted', async () => {
    const places: EnginePlace[] = [];
    const [first, second] = ['first', 'second'].map((name) => fileEngine(name, (place) => places.push(place))) as [
      EngineSupplier,
      EngineSupplier,
    ];
    const backends = await openOverBackends(new Set([first, 'memory', second]), { openLevel: noLevel, placeOf }, given);
    expect(places.map(({ task, folder: at }) => [task, at])).toEqual([
      ['0_1', join(folder, 'first', '0_1')],
      ['0_1', join(folder, 'second', '0_1')],
    ]);
    expect(backends.own?.(first).location).toBe(join(folder, 'first', '0_1', 'rows.json'));
    expect(backends.own?.(second)).not.toBe(backends.own?.(first));
    const level = new MemoryBackend();
    const mixed = await openOverBackends(
      new Set(['level', first]),
      { openLevel: () => Promise.resolve(level), placeOf },
      given,
    );
    expect(mixed.level).toBe(level);
  });

  it('says which engine cannot be opened, and closes those that were', async () => {
    const good = new Closing();
    const engines: EngineSupplier[] = [
      { name: 'good', open: () => good },
      { name: 'bad', open: () => Promise.reject(new Error('no licence')) },
    ];
    await expect(openOverBackends(new Set(engines), { openLevel: noLevel, placeOf }, given)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('engine bad cannot open the state of task 0_1: no licence') as string,
    });
    expect(good.closed).toBe(true);
  });

  it('refuses two engines of one name, which would share a folder', async () => {
    const engines = [fileEngine('same'), fileEngine('same')];
    await expect(openOverBackends(new Set(engines), { openLevel: noLevel, placeOf }, given)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('two engines are called same') as string,
    });
  });

  it('are closed again where no state can be made over them', async () => {
    const [level, own] = [new Closing(), new Closing()];
    const engines = new Set<StoreEngine>(['level', { name: 'own', open: () => own }]);
    const failing = openOverBackends(engines, { openLevel: () => Promise.resolve(level), placeOf }, () => {
      throw new Error('the catalog cannot be read');
    });
    await expect(failing).rejects.toThrow('the catalog cannot be read');
    expect([level.closed, own.closed]).toEqual([true, true]);
  });
});
