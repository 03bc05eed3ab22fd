import { expect, it, vi } from 'vitest';
import { tellListener } from '../../src/worker/tell-listener.js';

it('hears of what a listener throws, and of what its promise is rejected with', async () => {
  const failed: unknown[] = [];
  const hear = (error: unknown): void => void failed.push(error);
  const heard: string[] = [];
  tellListener((one: string, other: string) => heard.push(one, other), ['a', 'b'], hear);
  expect(heard).toEqual(['a', 'b']);
  tellListener(
    () => {
      throw new Error('at once');
    },
    [],
    hear,
  );
  tellListener(() => Promise.reject(new Error('later')), [], hear);
  await vi.waitFor(() => {
    expect(failed).toEqual([new Error('at once'), new Error('later')]);
  });
});
