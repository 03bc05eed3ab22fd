/** How older releases of Kafka Streams write what their instances read from each other, while an application moves on from them. */

/** Releases that `upgradeFrom` may name. Kafka Streams: the values of `upgrade.from`. */
export const UPGRADE_FROM = [
  ...([
    '2.4',
    '2.5',
    '2.6',
    '2.7',
    '2.8',
    '3.0',
    '3.1',
    '3.2',
    '3.3',
    '3.4',
    '3.5',
    '3.6',
    '3.7',
    '3.8',
    '3.9',
  ] as const),
  ...(['4.0', '4.1', '4.2', '4.3'] as const),
] as const;

export type UpgradeFrom = (typeof UPGRADE_FROM)[number];

/** The last that cannot read both halves of a change from one record of a repartition topic. */
const LAST_WITH_HALVES_APART: UpgradeFrom = '3.4';
/** The last that expects registrations of foreign-key joins in their first version, without a partition. */
const LAST_WITHOUT_PARTITION: UpgradeFrom = '3.3';

export interface OlderFormats {
  /** The old and the new value of a regrouped table go in records of their own, even under the same key. */
  readonly halvesApart: boolean;
  /** Registrations of foreign-key joins do not name the partition of their row. */
  readonly withoutPartition: boolean;
}

/** @param release whose instances still run beside this one, null: none */
export function olderFormats(release: UpgradeFrom | null): OlderFormats {
  const upTo = (last: UpgradeFrom): boolean =>
    release !== null && UPGRADE_FROM.indexOf(release) <= UPGRADE_FROM.indexOf(last);
  return { halvesApart: upTo(LAST_WITH_HALVES_APART), withoutPartition: upTo(LAST_WITHOUT_PARTITION) };
}
