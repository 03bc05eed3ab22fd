/** The manifests of docs/deploying.md are such as Kubernetes takes: by its published schemas, as the package kubernetes-models has them. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { Service } from 'kubernetes-models/v1/Service';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { otherBlocks, readPage, ROOT } from './pages.js';

const TIMEOUT_MS = 120_000;
const KINDS = { StatefulSet: 'apps/v1', Service: 'v1' } as const;

interface Manifest {
  readonly kind: keyof typeof KINDS;
  readonly spec: object;
}

const [block = ''] = otherBlocks(readPage('docs/deploying.md'), 'yaml');
const manifests = parseAllDocuments(block).map((document) => document.toJS() as Manifest);

// In the repository, so that packages are found from there.
const folder = join(ROOT, '.cache', `kubernetes-${randomUUID()}`);

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the schemas find wrong: types, and what must be there. */
function wrongIn(manifest: Manifest): string | null {
  const model = manifest.kind === 'StatefulSet' ? new StatefulSet(manifest as never) : new Service(manifest);
  try {
    model.validate();
    return null;
  } catch (error) {
    return String(error);
  }
}

/** What they do not know: they let it pass, as Kubernetes does in silence, and the compiler does not. */
function unknownIn(manifest: Manifest): string[] {
  const { kind } = manifest;
  const file = join(folder, `${kind}-${randomUUID()}.ts`);
  const from = `kubernetes-models/${KINDS[kind]}/${kind}`;
  writeFileSync(
    file,
    `import type { I${kind} } from '${from}';\nexport const it: I${kind} = ${JSON.stringify(manifest)};\n`,
  );
  const program = ts.createProgram([file], {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 },
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('the manifests', () => {
  it('are a StatefulSet with a disk, and the Service that names its pods', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(['StatefulSet', 'Service']);
  });

  it.each(manifests.map((manifest) => [manifest.kind, manifest] as const))(
    'the %s has all that it needs, and nothing that Kubernetes does not know',
    { timeout: TIMEOUT_MS },
    (_kind, manifest) => {
      expect(wrongIn(manifest)).toBeNull();
      expect(unknownIn(manifest)).toEqual([]);
    },
  );

  it('a mistake in them would be found', { timeout: TIMEOUT_MS }, () => {
    const [set] = manifests as [Manifest];
    const { template, ...rest } = set.spec as { template: { spec: object } };
    expect(wrongIn({ ...set, spec: rest })).toContain('template');
    expect(wrongIn({ ...set, spec: { ...set.spec, replicas: 'three' } })).toContain('replicas');
    const misspelt = { ...template, spec: { ...template.spec, terminationGracePeriod: 45 } };
    expect(unknownIn({ ...set, spec: { ...set.spec, template: misspelt } }).join()).toContain('terminationGracePeriod');
  });
});
