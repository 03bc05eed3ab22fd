import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keptClusterId } from '../../src/local-kafka/kept-data.js';
import { launchPlan } from '../../src/local-kafka/options.js';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'millrace-kept-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

describe('a folder for data that is kept', () => {
  it('is made, and then has the cluster that wrote to it', () => {
    const folder = join(place, 'new/kafka');
    const { clusterId, dataDir } = launchPlan({ dataDir: folder });
    expect(dataDir).toBe(folder);
    expect(existsSync(folder)).toBe(true);
    writeFileSync(join(folder, 'meta.properties'), `version=1\ncluster.id=${clusterId}\nnode.id=1\n`);
    expect(keptClusterId(folder)).toBe(clusterId);
    expect(launchPlan({ dataDir: folder }).clusterId).toBe(clusterId);
    expect(launchPlan({}).clusterId).not.toBe(clusterId);
  });

  it('must not be one of something else', () => {
    mkdirSync(join(place, 'mine'));
    expect(() => keptClusterId(place)).toThrow(/holds something else than the data of a broker/);
    writeFileSync(join(place, 'meta.properties'), 'broker.id=1\n');
    expect(() => keptClusterId(place)).toThrow(/names no cluster/);
  });

  it('is one broker alone', () => {
    expect(() => launchPlan({ dataDir: join(place, 'a'), brokers: 3 })).toThrow(
      /keeps the data of one broker, not of 3/,
    );
    expect(existsSync(join(place, 'a'))).toBe(false);
  });
});
