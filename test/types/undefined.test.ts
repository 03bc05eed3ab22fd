/** What is optional may be undefined too, for those who compile with `exactOptionalPropertyTypes` and read their environment. */
import { expectTypeOf, it } from 'vitest';
import type {
  AsyncOptions,
  BranchedOptions,
  BuildOptions,
  StreamsBuilderOptions,
  CloseOptions,
  ConsumedOptions,
  GlobalTableOptions,
  GroupedOptions,
  JoinedOptions,
  JoinWindowsOptions,
  KafkaOptions,
  KafkaStreamsOptions,
  MaterializedOptions,
  ProducedOptions,
  RunOptions,
  SinkOptions,
  SourceOptions,
  StatefulOptions,
  StreamJoinedOptions,
  TableOptions,
  TimeWindowsOptions,
  WindowedOptions,
  WindowStoreOptions,
} from 'millrace';
import type { PipeOptions, StartKafkaOptions, TestDriverOptions } from 'millrace/testing';

/** Every optional property as undefined. */
type NothingGiven<T> = { [P in keyof T as object extends Pick<T, P> ? P : never]: undefined };

it('is so in every option that a user writes', () => {
  expectTypeOf<NothingGiven<KafkaStreamsOptions>>().toExtend<Partial<KafkaStreamsOptions>>();
  expectTypeOf<NothingGiven<NonNullable<KafkaStreamsOptions['producer']>>>().toExtend<
    NonNullable<KafkaStreamsOptions['producer']>
  >();
  expectTypeOf<NothingGiven<KafkaOptions>>().toExtend<Partial<KafkaOptions>>();
  expectTypeOf<NothingGiven<AsyncOptions>>().toExtend<Partial<AsyncOptions>>();
  expectTypeOf<NothingGiven<BranchedOptions<string, number>>>().toExtend<BranchedOptions<string, number>>();
  expectTypeOf<NothingGiven<BuildOptions>>().toExtend<Partial<BuildOptions>>();
  expectTypeOf<NothingGiven<StreamsBuilderOptions>>().toExtend<Partial<StreamsBuilderOptions>>();
  expectTypeOf<NothingGiven<CloseOptions>>().toExtend<Partial<CloseOptions>>();
  expectTypeOf<NothingGiven<RunOptions>>().toExtend<Partial<RunOptions>>();
  expectTypeOf<NothingGiven<ConsumedOptions<string, number>>>().toExtend<ConsumedOptions<string, number>>();
  expectTypeOf<NothingGiven<GlobalTableOptions<string, number>>>().toExtend<GlobalTableOptions<string, number>>();
  expectTypeOf<NothingGiven<GroupedOptions<string, number>>>().toExtend<GroupedOptions<string, number>>();
  expectTypeOf<NothingGiven<JoinedOptions<string, number>>>().toExtend<JoinedOptions<string, number>>();
  expectTypeOf<NothingGiven<JoinWindowsOptions>>().toExtend<Partial<JoinWindowsOptions>>();
  expectTypeOf<NothingGiven<MaterializedOptions<string, number>>>().toExtend<MaterializedOptions<string, number>>();
  expectTypeOf<NothingGiven<ProducedOptions<string, number>>>().toExtend<ProducedOptions<string, number>>();
  expectTypeOf<NothingGiven<SinkOptions<string, number>>>().toExtend<Partial<SinkOptions<string, number>>>();
  expectTypeOf<NothingGiven<SourceOptions<string, number>>>().toExtend<Partial<SourceOptions<string, number>>>();
  expectTypeOf<NothingGiven<StatefulOptions<string, number>>>().toExtend<StatefulOptions<string, number>>();
  expectTypeOf<NothingGiven<StreamJoinedOptions<string, number, number>>>().toExtend<
    StreamJoinedOptions<string, number, number>
  >();
  expectTypeOf<NothingGiven<TableOptions<string, number>>>().toExtend<TableOptions<string, number>>();
  expectTypeOf<NothingGiven<TimeWindowsOptions>>().toExtend<Partial<TimeWindowsOptions>>();
  expectTypeOf<NothingGiven<WindowedOptions<string, number>>>().toExtend<WindowedOptions<string, number>>();
  expectTypeOf<NothingGiven<WindowStoreOptions<string, number>>>().toExtend<
    Partial<WindowStoreOptions<string, number>>
  >();
  expectTypeOf<NothingGiven<PipeOptions>>().toExtend<PipeOptions>();
  expectTypeOf<NothingGiven<StartKafkaOptions>>().toExtend<StartKafkaOptions>();
  expectTypeOf<NothingGiven<TestDriverOptions>>().toExtend<TestDriverOptions>();
});
