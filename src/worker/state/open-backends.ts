/** Opens the places that the stores of a task are kept in: LevelDB, the heap, and engines of the user's own. */
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { StateBackend } from '../../store/backend.js';
import type { EnginePlace, EngineSupplier } from '../../store/engine-supplier.js';
import { MemoryBackend } from '../../store/memory/memory-backend.js';
import type { OverlayBackends } from '../../store/overlay/overlay-task-state.js';
import type { StoreEngine } from '../../store/spec.js';

interface BackendParts {
  readonly openLevel: () => Promise<StateBackend>;
  readonly placeOf: (supplier: EngineSupplier) => EnginePlace;
}

/**
 * @param engines those of the task's stores; LevelDB is opened where one of them wants it
 * @param make makes the state over them, which closes them from then on
 * @throws MillraceError STORE_FAILED, CONFIG_INVALID when two engines have one name, and what `make` throws; what was opened is
 * closed then
 */
export async function openOverBackends<State>(
  engines: ReadonlySet<StoreEngine>,
  parts: BackendParts,
  make: (backends: OverlayBackends) => State,
): Promise<State> {
  const memory = new MemoryBackend();
  const own = new Map<EngineSupplier, StateBackend>();
  let onLevel: StateBackend | null = null;
  try {
    for (const engine of engines) {
      if (typeof engine === 'string') continue;
      refuseSameName(engine, own);
      own.set(engine, await openOwn(engine, parts.placeOf(engine)));
    }
    if (engines.has('level')) onLevel = await parts.openLevel();
    return make({ level: onLevel ?? memory, memory, own: (engine) => own.get(engine) as StateBackend });
  } catch (error) {
    const opened = onLevel === null ? [...own.values()] : [onLevel, ...own.values()];
    await Promise.allSettled(opened.map((backend) => backend.close()));
    throw error;
  }
}

async function openOwn(engine: EngineSupplier, place: EnginePlace): Promise<StateBackend> {
  try {
    return await engine.open(place);
  } catch (cause) {
    if (MillraceError.is(cause)) throw cause;
    throw new MillraceError(
      'STORE_FAILED',
      `engine ${engine.name} cannot open the state of task ${place.task}: ${reasonOf(cause)}`,
      { task: place.task, cause },
    );
  }
}

function refuseSameName(engine: EngineSupplier, opened: ReadonlyMap<EngineSupplier, StateBackend>): void {
  for (const { name } of opened.keys()) {
    if (name !== engine.name) continue;
    throw new MillraceError(
      'CONFIG_INVALID',
      `two engines are called ${name}; give each a name of its own, or pass the same object to all stores`,
      { option: 'engine' },
    );
  }
}
