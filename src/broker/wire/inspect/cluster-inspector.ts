/** What tools ask of a cluster: who is in it, what its brokers speak, which groups there are. Nothing of it is on the way of a record. */
import type { OpenTransport, Transport, WireRequest } from '../../transport.js';
import { describeMembersRequest } from '../admin/groups-codec.js';
import { apiVersionsRequest } from '../admin/topic-ids-codec.js';
import { retrying, type RetryLimit } from '../retry.js';
import { featuresRequest, readFeatures } from '../transaction/features-codec.js';
import { readApiVersions, type ApiVersions } from './api-ranges-codec.js';
import { clusterRequest, readCluster, type InspectedCluster } from './cluster-codec.js';
import {
  CONSUMER_GROUP_DESCRIBE,
  consumerGroupRequest,
  readClassicGroup,
  readConsumerGroup,
  type InspectedGroup,
} from './group-members-codec.js';
import { LIST_GROUPS, listGroupsRequest, readListGroups, TELLS_TYPES, type ListedGroup } from './list-groups-codec.js';

/** Milliseconds for which what may pass is asked again: a person waits. */
const RETRY_LIMIT_MS = 10_000;

/** Connects at the first call. */
export class ClusterInspector {
  private readonly transport: Transport;
  private readonly closing = new AbortController();
  private readonly retry: RetryLimit = { signal: this.closing.signal, limitMs: RETRY_LIMIT_MS };
  private versions: ApiVersions | null = null;

  constructor(open: OpenTransport) {
    this.transport = open('inspector');
  }

  /** The brokers, and of the topics named what is known of them; those that do not exist say so by their error code. */
  async cluster(topics: readonly string[] = []): Promise<InspectedCluster> {
    return readCluster(await this.anywhere(clusterRequest(topics)));
  }

  /** What one broker answers. @throws BrokerError when it cannot be reached */
  async apiVersions(node: number): Promise<ApiVersions> {
    await this.transport.connect();
    return readApiVersions(await this.transport.request(node, apiVersionsRequest()));
  }

  /** Levels of the finalized features by name; without those of brokers before Kafka 2.7. */
  async features(): Promise<ReadonlyMap<string, number>> {
    return readFeatures(await this.anywhere(featuresRequest()));
  }

  /** Of all brokers, by name. */
  async groups(): Promise<ListedGroup[]> {
    const { brokers } = await this.cluster();
    const tellsTypes = await this.speaks(LIST_GROUPS, TELLS_TYPES);
    const lists = await Promise.all(
      brokers.map(({ node }) =>
        retrying(
          async () => readListGroups(await this.transport.request(node, listGroupsRequest(tellsTypes)), tellsTypes),
          this.retry,
        ),
      ),
    );
    return lists.flat().sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  }

  /** One that does not exist is `Dead`. */
  async group(groupId: string): Promise<InspectedGroup> {
    const classic = await this.atCoordinator(groupId, describeMembersRequest(groupId), (body) =>
      readClassicGroup(body, groupId),
    );
    // Brokers show those of the newer protocol as if there were none.
    if (classic.state !== 'Dead' || !(await this.speaks(CONSUMER_GROUP_DESCRIBE, 0))) return classic;
    return this.atCoordinator(groupId, consumerGroupRequest(groupId), (body) => readConsumerGroup(body, groupId));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.transport.close();
  }

  private async speaks(apiKey: number, version: number): Promise<boolean> {
    this.versions ??= readApiVersions(await this.anywhere(apiVersionsRequest()));
    return (this.versions.get(apiKey) ?? -1) >= version;
  }

  private async anywhere(request: WireRequest): Promise<Buffer> {
    await this.transport.connect();
    return retrying(async () => this.transport.request(await this.transport.anyNode(), request), this.retry);
  }

  private async atCoordinator<T>(groupId: string, request: WireRequest, read: (body: Buffer) => T): Promise<T> {
    await this.transport.connect();
    return retrying(async () => {
      const node = await this.transport.coordinatorOf(groupId, 'group');
      return read(await this.transport.request(node, request));
    }, this.retry);
  }
}
