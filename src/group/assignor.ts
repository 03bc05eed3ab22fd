/** Deals the tasks out to the members: even, sticky, and handing over only what its owner has let go. */
import { compareTaskIds, parseTaskId, type MemberClaim, type TaskId } from './ownership.js';

export interface AssignedMember {
  /** Tasks to run from now on. */
  readonly active: readonly TaskId[];
}

interface Seat {
  readonly memberId: string;
  readonly claim: MemberClaim;
  readonly tasks: TaskId[];
}

/**
 * Every member gets the same number of tasks, give or take one. A task stays with the member that runs it, else goes to
 * the one that ran it last, even from one that has only begun to restore it; else to one that has its state on disk, else to
 * the one with the fewest tasks of that sub-topology.
 *
 * The hand-over is cooperative: a task whose owner is to lose it is given to nobody in this round. The owner commits
 * and closes it and joins again; then it is free.
 */
export function assignTasks(
  tasks: readonly TaskId[],
  members: ReadonlyMap<string, MemberClaim>,
): Map<string, AssignedMember> {
  const seats: Seat[] = [...members.keys()]
    .sort()
    .map((memberId) => ({ memberId, claim: members.get(memberId) as MemberClaim, tasks: [] }));
  const owner = ownersOf(tasks, seats);
  const placed = idealSeats([...tasks].sort(compareTaskIds), seats, owner);
  const result = new Map<string, AssignedMember>();
  for (const seat of seats) {
    const active = seat.tasks.filter((task) => {
      const current = owner.get(task);
      return current === undefined || current === seat;
    });
    result.set(seat.memberId, { active });
  }
  if (placed !== tasks.length) throw new Error(`${String(tasks.length - placed)} tasks were not placed`);
  return result;
}

/** The member that runs each task now; where two claim it, the one of the newer generation. */
function ownersOf(tasks: readonly TaskId[], seats: readonly Seat[]): Map<TaskId, Seat> {
  const known = new Set(tasks);
  const owner = new Map<TaskId, Seat>();
  for (const seat of seats) {
    for (const task of seat.claim.owned) {
      if (!known.has(task)) continue;
      const other = owner.get(task);
      if (other === undefined || other.claim.generation < seat.claim.generation) owner.set(task, seat);
    }
  }
  return owner;
}

/** Whether the owner of a task runs it, or is as near to that as anybody. */
function isBest(task: TaskId, owner: Seat, seats: readonly Seat[]): boolean {
  if (owner.claim.opening?.includes(task) !== true) return true;
  return (ranLast(task, seats) ?? owner) === owner;
}

/** Who has the state of a task that is the least behind, of those that have run it. */
function ranLast(task: TaskId, seats: readonly Seat[]): Seat | undefined {
  let last: Seat | undefined;
  for (const seat of seats) {
    const ago = seat.claim.left?.[task];
    if (ago !== undefined && ago < (last?.claim.left?.[task] ?? Number.POSITIVE_INFINITY)) last = seat;
  }
  return last;
}

/** Fills the seats; returns how many tasks were placed. */
function idealSeats(tasks: readonly TaskId[], seats: readonly Seat[], owner: ReadonlyMap<TaskId, Seat>): number {
  const low = Math.floor(tasks.length / seats.length);
  let spare = tasks.length - low * seats.length;
  const takes = (seat: Seat): boolean => {
    if (seat.tasks.length < low) return true;
    return seat.tasks.length === low && spare > 0;
  };
  const place = (task: TaskId, seat: Seat): void => {
    if (seat.tasks.length >= low) spare -= 1;
    seat.tasks.push(task);
  };
  const open: TaskId[] = [];
  for (const task of tasks) {
    const current = owner.get(task);
    if (current !== undefined && isBest(task, current, seats) && takes(current)) place(task, current);
    else open.push(task);
  }
  let placed = tasks.length - open.length;
  const strangers: TaskId[] = [];
  for (const task of open) {
    const free = seats.filter(takes);
    const host =
      ranLast(task, free) ??
      free.find((seat) => seat === owner.get(task)) ??
      free.find((seat) => seat.claim.onDisk.includes(task));
    if (host === undefined) strangers.push(task);
    else {
      place(task, host);
      placed += 1;
    }
  }
  for (const task of strangers) {
    const { subTopology } = parseTaskId(task);
    const siblings = (seat: Seat): number =>
      seat.tasks.filter((other) => parseTaskId(other).subTopology === subTopology).length;
    const free = seats.filter(takes);
    free.sort((a, b) => a.tasks.length - b.tasks.length || siblings(a) - siblings(b));
    const seat = free[0];
    if (seat === undefined) continue;
    place(task, seat);
    placed += 1;
  }
  return placed;
}
