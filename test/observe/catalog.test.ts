import { describe, expect, it } from 'vitest';
import { CATALOG } from '../../src/observe/catalog.js';
import { histogramOf, MEASURED } from './measured-application.js';

const read = (name: string): unknown => {
  const entry = CATALOG.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`there is no ${name}`);
  return entry.read(MEASURED).map(({ labels, value }) => [...Object.values(labels), value]);
};

describe('the metrics', () => {
  it('have names of their own, with the unit and, where they count, _total', () => {
    expect(new Set(CATALOG.map(({ name }) => name)).size).toBe(CATALOG.length);
    for (const { name, type } of CATALOG) {
      expect(name).toMatch(/^millrace_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    }
  });

  it('have the labels that they say', () => {
    for (const { labels, read: samples } of CATALOG) {
      for (const sample of samples(MEASURED)) expect(Object.keys(sample.labels)).toEqual(labels);
    }
  });

  it.each([
    ['millrace_connected', [[1]]],
    ['millrace_tasks_running', [[3]]],
    ['millrace_tasks_stalled', [[1]]],
    ['millrace_task_stalls_total', [[19]]],
    ['millrace_end_to_end_latency_seconds', [['KSTREAM-SINK-01', 'spend', histogramOf(10, 2_000)]]],
    ['millrace_record_age_seconds', [['orders', histogramOf(9)]]],
    ['millrace_lag_records', [[7]]],
    ['millrace_task_lag_records', [['0_0', 40]]],
    ['millrace_task_stream_time_seconds', [['0_0', 39]]],
    ['millrace_records_processed_total', [[101]]],
    ['millrace_processing_seconds_total', [[11]]],
    ['millrace_process_latency_seconds', [[histogramOf(6)]]],
    ['millrace_records_retried_total', [[5]]],
    ['millrace_dead_letters_total', [[6]]],
    ['millrace_offsets_out_of_range_total', [[8]]],
    ['millrace_commit_latency_seconds', [[histogramOf(16)]]],
    ['millrace_event_loop_delay_seconds', [[histogramOf(18)]]],
    ['millrace_event_loop_longest_stall_seconds', [[17]]],
    ['millrace_restore_lag_records', [[22]]],
    ['millrace_restoring_stores', [[2]]],
    ['millrace_restored_records_total', [[20]]],
    ['millrace_restored_stores_total', [[21]]],
    [
      'millrace_cache_bytes',
      [
        ['resident', 24],
        ['held', 25],
        ['uncommitted', 26],
      ],
    ],
    ['millrace_cache_capacity_bytes', [[27]]],
    [
      'millrace_store_memory_bytes',
      [
        ['counts', 'resident', 42],
        ['counts', 'uncommitted', 43],
        ['fresh', 'resident', 45],
        ['fresh', 'uncommitted', 46],
      ],
    ],
    ['millrace_store_written_bytes', [['counts', 44]]],
    ['millrace_state_folder_bytes', [[28]]],
    ['millrace_producer_buffered_bytes', [[29]]],
    ['millrace_producer_capacity_bytes', [[30]]],
    ['millrace_producer_waiting_tasks', [[31]]],
    ['millrace_fetch_buffered_bytes', [[32]]],
    ['millrace_fetch_capacity_bytes', [[33]]],
    ['millrace_fetch_full_partitions', [[34]]],
    ['millrace_rebalances_total', [[35]]],
    ['millrace_rebalance_seconds_total', [[38]]],
    ['millrace_memberships_lost_total', [[36]]],
  ])('%s', (name, samples) => {
    expect(read(name)).toEqual(samples);
  });

  it('tell the state, and drops of every reason, as numbers that are always there', () => {
    const states = read('millrace_state') as [string, number][];
    expect(states.filter(([, value]) => value === 1)).toEqual([['RUNNING', 1]]);
    expect(states).toHaveLength(7);
    const drops = new Map(read('millrace_records_dropped_total') as [string, number][]);
    expect([drops.get('late'), drops.get('undecodable'), drops.get('null-key')]).toEqual([3, 4, 0]);
  });

  it('give no sample, rather than 0, of what is not known', () => {
    const unknown = { ...MEASURED, lag: null, stateFolder: { bytes: null } };
    for (const name of ['millrace_lag_records', 'millrace_state_folder_bytes']) {
      expect(CATALOG.find((one) => one.name === name)?.read(unknown)).toEqual([]);
    }
  });
});
