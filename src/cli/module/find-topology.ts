/** Beside the commands: the topology or application among what a module exports. */
import type { KafkaStreams } from '../../app.js';
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { checkTopology } from '../../topology/check-topology.js';
import type { Topology } from '../../topology/topology.js';
import type { Exports } from './load-module.js';

/** What a module offers. */
export type Found =
  | { readonly kind: 'topology'; readonly name: string; readonly topology: Topology }
  | { readonly kind: 'application'; readonly name: string; readonly streams: KafkaStreams };

/** Names that say what they are, in the order in which they are looked at. */
const TELLING = ['default', 'streams', 'app', 'topology', 'builder', 'createTopology', 'buildTopology'];

/**
 * What is exported by the name given, else by a telling name, else what is the only export that can be one. Functions are called
 * without arguments and awaited, builders are built.
 * @throws MillraceError CONFIG_INVALID when there is none, or several; what its function throws as PROCESSING_FAILED
 */
export async function findTopology(file: string, exports: Exports, name: string | undefined): Promise<Found> {
  const chosen = name ?? chosenName(file, exports);
  if (!(chosen in exports)) {
    throw new MillraceError('CONFIG_INVALID', `${file} does not export ${chosen}; it exports ${namesOf(exports)}`);
  }
  let given = exports[chosen];
  if (typeof given === 'function') given = await called(file, chosen, given as () => unknown);
  if (isApplication(given)) return { kind: 'application', name: chosen, streams: given };
  if (isBuilder(given)) given = await called(file, chosen, () => (given as { build(): unknown }).build());
  return { kind: 'topology', name: chosen, topology: checkTopology(`the export ${chosen} of ${file}`, given) };
}

function chosenName(file: string, exports: Exports): string {
  const telling = TELLING.find((name) => name in exports && mayBe(exports[name]));
  if (telling !== undefined) return telling;
  const candidates = Object.keys(exports).filter((name) => mayBe(exports[name]));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const which =
    candidates.length === 0
      ? `${file} exports no topology (it exports ${namesOf(exports)}): export what build() returns, or a function that gives it`
      : `${file} exports several things that may be a topology (${candidates.join(', ')}): say which by --export`;
  throw new MillraceError('CONFIG_INVALID', which);
}

function mayBe(value: unknown): boolean {
  return typeof value === 'function' || isApplication(value) || isBuilder(value) || isTopology(value);
}

function isTopology(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'nodes' in value && 'subTopologies' in value;
}

function isBuilder(value: unknown): value is { build(): unknown } {
  return typeof value === 'object' && value !== null && 'build' in value && typeof value.build === 'function';
}

/** By what it can do: it may be of another copy of the package. */
function isApplication(value: unknown): value is KafkaStreams {
  return typeof value === 'object' && value !== null && 'topology' in value && 'whenRunning' in value;
}

async function called(file: string, name: string, make: () => unknown): Promise<unknown> {
  try {
    return await make();
  } catch (cause) {
    if (MillraceError.is(cause)) throw cause;
    throw new MillraceError(
      'PROCESSING_FAILED',
      `${name} of ${file}, called without arguments, failed: ${reasonOf(cause)}; say which export to take by --export`,
      { cause },
    );
  }
}

function namesOf(exports: Exports): string {
  const names = Object.keys(exports);
  return names.length === 0 ? 'nothing' : names.join(', ');
}
