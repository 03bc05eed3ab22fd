/** fast-check as the tests use it: other random cases in every run, but in CI always the same ones, so that a change is judged by itself. */
import fc from 'fast-check';

if (process.env['CI'] !== undefined) fc.configureGlobal({ seed: 4_301 });

export { fc };
