/** Instances of an application that have nothing but stores: tasks on a bench, asked by each other over HTTP. */
import { StateBench, type LoggedRecord } from '../store/state-bench.js';
import { ChangelogClients } from '../worker/queries/changelog-client.js';
import { TestApplication } from '../serve/served-application.js';
import type { PartitionOffset } from '../../src/broker/port.js';
import { applicationQueries } from '../../src/worker/queries/application-queries.js';
import { InstanceDirectory } from '../../src/worker/group/instance-directory.js';
import { Questions } from '../../src/worker/queries/questions.js';
import { murmur2Partition } from '../../src/broker/wire/murmur2.js';
import { serdes } from '../../src/serde/serdes.js';
import type { TlsOptions } from '../../src/serve/options.js';
import { transportOf } from '../../src/serve/instance-transport.js';
import { serve, type RunningServer } from '../../src/serve/server.js';
import type { StoreQueries } from '../../src/query/store-queries.js';
import type { StoreSpec } from '../../src/store/spec.js';
import type { Task } from '../../src/task/task.js';
import type { TopicPlan } from '../../src/worker/topics/topic-plan.js';
import type { Topology } from '../../src/topology/topology.js';

export const TOKEN = 'correct-horse-battery';

/** A task of which only the stores are real. */
export class StoreTask {
  readonly bench: StateBench;
  /** Next offset of the input that is not in the stores, and not in what is written of them. */
  processed = 0;
  written = 0;

  constructor(
    readonly id: string,
    specs: readonly StoreSpec[],
    private readonly partition: number,
    bench?: StateBench,
  ) {
    this.bench = bench ?? new StateBench(specs).openSync();
  }

  get state(): StateBench['state'] {
    return this.bench.state;
  }

  storedUpTo(written: boolean): PartitionOffset[] {
    return [{ topic: 'input', partition: this.partition, offset: written ? this.written : this.processed }];
  }

  commit(): void {
    this.bench.commitSync();
    this.written = this.processed;
  }
}

export interface StoreInstance {
  /** Those that run here: a test may take them away. */
  readonly tasks: Set<StoreTask>;
  readonly queries: StoreQueries;
  readonly server: RunningServer;
  readonly directory: InstanceDirectory;
  readonly followed: () => Questions['followed'];
  overdue: boolean;
  /** Questions of which the loop would have been told. */
  asked: number;
}

export class StoreGroup {
  readonly tasks: StoreTask[];
  readonly instances: StoreInstance[] = [];
  /** What the tasks have committed: of each partition that of its task. */
  readonly changelogs = new ChangelogClients(({ topic, partition }) =>
    this.logOf(topic, partition).map((record, offset) => ({ ...record, topic, partition, offset })),
  );
  private readonly histories = { isolation: 'uncommitted', signal: new AbortController().signal } as const;
  private readonly topology: Topology;

  constructor(
    specs: readonly StoreSpec[],
    readonly partitions: number,
    private readonly globals: StoreTask | null = null,
    globalSpecs: readonly StoreSpec[] = [],
  ) {
    this.tasks = Array.from(
      { length: partitions },
      (_, partition) => new StoreTask(`0_${partition}`, specs, partition),
    );
    this.topology = {
      nodes: [],
      stores: new Map(specs.map((one) => [one.name, one])),
      globalStores: globalSpecs.map((store) => ({ store })),
      describe: () => ({ subTopologies: [] }),
      subTopologies: () => [{ id: 0, stores: specs.map(({ name }) => name) }],
    } as unknown as Topology;
  }

  /** The task that has a key of type string. */
  taskOf(key: string): StoreTask {
    return this.tasks[murmur2Partition(Buffer.from(key), this.partitions)] as StoreTask;
  }

  /** One more instance; `told` lets all know who has what. */
  async start(
    tasks: readonly StoreTask[],
    token: string | null = TOKEN,
    logger?: Parameters<typeof serve>[2],
    tls?: TlsOptions | null,
  ): Promise<StoreInstance> {
    const served = tls === undefined || tls === null ? {} : { tls };
    const transport = transportOf({ server: served, applicationServer: null });
    let questions: Questions | null = null;
    const queries = applicationQueries({ questions: () => questions, over: () => null, token, transport });
    const application = Object.assign(new TestApplication(), { queries, topology: this.topology });
    const server = await serve(application, { port: 0, token, ...served }, logger);
    const running = new Set(tasks);
    const directory = new InstanceDirectory(new URL(server.url).host);
    const followed = (): Questions['followed'] => (questions as Questions).followed;
    const instance: StoreInstance = { tasks: running, queries, server, directory, followed, overdue: false, asked: 0 };
    questions = new Questions({
      topology: this.topology,
      config: {
        ...{ applicationId: 'app', defaultKeySerde: serdes.string(), defaultValueSerde: serdes.double() },
        ...{ dslStores: 'level', dslStoreFormat: null },
      },
      directory,
      running: () => [...running] as unknown as Task[],
      plan: () => ({ tasks: new Map([[0, this.partitions]]) }) as unknown as TopicPlan,
      global: (name) => this.globals?.state.stores.find((store) => store.name === name) ?? null,
      globalTask: () => this.globals as unknown as Task | null,
      overdue: () => instance.overdue,
      caching: false,
      sliceLength: { asked: () => (instance.asked += 1) },
      questionWait: { asked: () => undefined },
      lags: () => ({ inputs: [], stores: [] }),
      changelogs: { ...this.histories, connect: () => this.changelogs.connect() },
    });
    this.instances.push(instance);
    this.tell();
    return instance;
  }

  private logOf(topic: string, partition: number): readonly LoggedRecord[] {
    return this.tasks[partition]?.bench.changelogs.of(topic) ?? [];
  }

  /** As the leader of the group does after a rebalance. */
  tell(): void {
    const hosts = Object.fromEntries(
      this.instances.map(({ server, tasks }) => [new URL(server.url).host, [...tasks].map(({ id }) => id)]),
    );
    for (const { directory } of this.instances) directory.assigned({ hosts: hosts as never });
  }

  async end(): Promise<void> {
    await Promise.all(this.instances.map(({ server }) => server.close()));
  }
}
