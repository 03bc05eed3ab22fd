import { describe, expect, it } from 'vitest';
import {
  brokerTopicName,
  changelogTopicName,
  decoratedTopicName,
  internalTopics,
  restoreTopicName,
  type InternalTopicSettings,
} from '../../src/topology/internal-topics.js';
import type { StoreSpec, WindowSpec } from '../../src/store/spec.js';
import { Parts, store } from './parts.js';

/** Of a store s. */
function changelogConfig(spec: StoreSpec, settings?: InternalTopicSettings): unknown {
  const parts = new Parts().from('in').add('a', 'in');
  parts.addStore(spec, 'a');
  return internalTopics(parts.build(), 'app', settings)[0]?.config;
}

const CREATE_TIME = { 'message.timestamp.type': 'CreateTime' };

describe('names of internal topics', () => {
  it('begin with the application id', () => {
    expect(decoratedTopicName('app', 'counts-repartition')).toBe('app-counts-repartition');
    expect(changelogTopicName('app', 'counts')).toBe('app-counts-changelog');
  });

  it('are told from those of other topics by the topology', () => {
    const topology = new Parts().from('in').through('x-repartition', 'in').build();
    expect(brokerTopicName(topology, 'app', 'x-repartition')).toBe('app-x-repartition');
    expect(brokerTopicName(topology, 'app', 'in')).toBe('in');
  });

  it('are those of changelogs, unless the store has another topic or none', () => {
    expect(restoreTopicName('app', store('s'))).toBe('app-s-changelog');
    expect(restoreTopicName('app', store('s', { logging: false }))).toBeNull();
    expect(restoreTopicName('app', store('s', { logging: false, sourceTopic: 'users' }))).toBe('users');
  });
});

describe('internalTopics', () => {
  it('lists repartition topics, then changelogs, with the sub-topology that they belong to', () => {
    const parts = new Parts().from('in').through('x', 'in').add('count', 'x-source');
    parts.addStore(store('counts'), 'count');
    parts.addStore(store('unlogged', { logging: false }), 'count');
    parts.addStore(store('from-source', { logging: false, sourceTopic: 'users' }), 'count');
    expect(internalTopics(parts.build(), 'app')).toEqual([
      {
        kind: 'repartition',
        name: 'app-x',
        subTopology: 1,
        store: null,
        config: {
          ...CREATE_TIME,
          'cleanup.policy': 'delete',
          'segment.bytes': '52428800',
          'retention.ms': '-1',
        },
      },
      {
        kind: 'changelog',
        name: 'app-counts-changelog',
        subTopology: 1,
        store: 'counts',
        config: { ...CREATE_TIME, 'cleanup.policy': 'compact' },
      },
    ]);
  });

  it('adds a day to the retention of window stores, or what the application says', () => {
    const spec: WindowSpec = { ...store('s'), kind: 'window', retentionMs: 15_000, windowSizeMs: 10_000 };
    expect(changelogConfig(spec)).toEqual({
      ...CREATE_TIME,
      'cleanup.policy': 'compact,delete',
      'retention.ms': '86415000',
    });
    expect(
      changelogConfig({ ...spec, kind: 'session', format: 'plain' }, { windowedChangelogAdditionalRetentionMs: 5 }),
    ).toMatchObject({
      'retention.ms': '15005',
    });
  });

  it('lets changelogs of join windows be deleted only', () => {
    const spec: WindowSpec = {
      ...store('s'),
      kind: 'window',
      format: 'plain',
      retentionMs: 1,
      windowSizeMs: 1,
      retainDuplicates: true,
    };
    expect(changelogConfig(spec, { topicConfig: { 'cleanup.policy': 'compact' } })).toMatchObject({
      'cleanup.policy': 'delete',
    });
  });

  it('holds compaction of versioned changelogs back', () => {
    expect(changelogConfig({ ...store('s'), kind: 'versioned', format: 'plain', retentionMs: 1_000 })).toEqual({
      ...CREATE_TIME,
      'cleanup.policy': 'compact',
      'min.compaction.lag.ms': '86401000',
    });
  });

  it('lets the application and then the store decide', () => {
    const settings = { topicConfig: { 'segment.bytes': '1', 'cleanup.policy': 'delete', 'retention.ms': '7' } };
    expect(changelogConfig(store('s', { logging: { 'segment.bytes': '2' } }), settings)).toEqual({
      ...CREATE_TIME,
      'cleanup.policy': 'delete',
      'segment.bytes': '2',
      'retention.ms': '7',
    });
    // For windows only the store's own word stands against the computed retention.
    const window: WindowSpec = { ...store('s'), kind: 'window', retentionMs: 1, windowSizeMs: 1 };
    expect(changelogConfig(window, settings)).toMatchObject({ 'retention.ms': '86400001' });
    expect(changelogConfig({ ...window, logging: { 'retention.ms': '9' } }, settings)).toMatchObject({
      'retention.ms': '9',
    });
  });
});
