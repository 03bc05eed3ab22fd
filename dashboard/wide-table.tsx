/** A table that may be wider than the screen: it scrolls by itself, by keyboard too. */
import type { ComponentChildren, JSX } from 'preact';

/** @param props.about what is in it, for who cannot see it */
export function WideTable({
  about,
  children,
}: {
  readonly about: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="wide" role="region" aria-label={about} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
