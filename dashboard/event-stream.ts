/** Server-sent events out of a stream of text, whose pieces may end anywhere. */

export class EventStream {
  private rest = '';

  /** The data of the events that are complete with this piece. */
  take(piece: string): string[] {
    const events = (this.rest + piece).split('\n\n');
    this.rest = events.pop() ?? '';
    return events.flatMap((event) => {
      const lines = event.split('\n').filter((line) => line.startsWith('data:'));
      return lines.length === 0 ? [] : [lines.map((line) => line.slice('data:'.length).trimStart()).join('\n')];
    });
  }
}
