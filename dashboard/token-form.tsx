/** Asks for the token, where the instance wants one. It is kept for this tab alone, until it is closed. */
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

export function TokenForm({
  wrong,
  given,
}: {
  readonly wrong: boolean;
  readonly given: (token: string) => void;
}): JSX.Element {
  const [text, setText] = useState('');
  return (
    <main class="token">
      <h1>Millrace</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') given(text.trim());
        }}
      >
        <label for="token">Token of this instance (the option server.token)</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={text}
          aria-describedby={wrong ? 'token-wrong' : undefined}
          onInput={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        {wrong && (
          <p id="token-wrong" role="alert">
            The instance does not take this token.
          </p>
        )}
        <button type="submit">Show the dashboard</button>
      </form>
    </main>
  );
}
