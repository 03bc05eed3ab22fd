/** The topology with what flows through it: rates on the ways, what was taken, lag and latency on the boxes. */
import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Moment } from '../src/serve/dashboard/live-data.js';
import { count, duration, rate } from './format.js';
import { nameOf, pathThrough, pictureOf, type PlacedEdge, type PlacedNode } from './layout.js';
import { latest, perSecond, quantile, type Model } from './model.js';
import { WideTable } from './wide-table.js';

const CORNERS = { topic: 21, operator: 4, store: 10 };

export function TopologyPage({ model }: { readonly model: Model }): JSX.Element {
  const { introduction, moments } = model;
  const picture = useMemo(() => pictureOf(introduction.subTopologies), [introduction]);
  const { width, height, groups, nodes, edges } = picture;
  return (
    <>
      <p class="hint">
        On the ways: records a second. On sources: age of the records read, on sinks: from a record's time to its result
        (p99 of the last minute). Numbers are those of this instance.
      </p>
      <div class="graph" role="region" aria-label="Graph of the topology" tabIndex={0}>
        <svg viewBox={`0 0 ${String(width)} ${String(height)}`} width={width} height={height} aria-hidden="true">
          <defs>
            <marker
              id="tip"
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8z" />
            </marker>
          </defs>
          {groups.map(({ title, x, y, width: wide, height: tall }) => (
            <g key={title} class="group">
              <rect x={x} y={y} width={wide} height={tall} rx="8" />
              <text x={x + 10} y={y + 13}>
                {title}
              </text>
            </g>
          ))}
          {edges.map((edge) => (
            <Way key={`${edge.from} ${edge.to}`} edge={edge} moments={moments} />
          ))}
          {nodes.map((node) => (
            <g key={node.id} class={`box ${node.shape}`}>
              <title>{node.label}</title>
              <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={CORNERS[node.shape]} />
              <text
                x={node.x + node.width / 2}
                y={node.y + (node.shape === 'store' || numberOf(node, model) === '' ? 21 : 14)}
              >
                {node.shown}
              </text>
              <text class="number" x={node.x + node.width / 2} y={node.y + 30}>
                {numberOf(node, model)}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <NodeTable model={model} nodes={nodes} />
    </>
  );
}

function Way({ edge, moments }: { readonly edge: PlacedEdge; readonly moments: readonly Moment[] }): JSX.Element {
  const { points, text, beside, counts } = edge;
  const flows = counts === null ? null : rateOf(counts, moments);
  const kind = beside ? 'way beside' : flows !== null && flows > 0 ? 'way flows' : 'way';
  return (
    <g class={kind}>
      <path d={pathThrough(points)} marker-end={beside ? undefined : 'url(#tip)'} />
      {flows !== null && (
        <text class="number" x={text.x} y={text.y}>
          {rate(flows)}
        </text>
      )}
    </g>
  );
}

function rateOf(node: string, moments: readonly Moment[]): number | null {
  return perSecond(moments, ({ flow }) => flow.nodes[node] ?? 0);
}

/** The second line of a box. */
function numberOf({ shape, id }: Pick<PlacedNode, 'shape' | 'id'>, model: Model): string {
  const name = nameOf(id);
  const { flow } = latest(model);
  if (shape === 'store') return '';
  if (shape === 'topic') {
    const input = flow.inputs.find(({ topic }) => isTopic(topic, name, model));
    return input === undefined ? '' : `lag ${count(input.lag)}`;
  }
  const age = ageOf(name, model);
  return age === null ? count(flow.nodes[name] ?? 0) : `${age.kind} ${duration(age.ms)}`;
}

/** Internal topics have the application before their names, which the topology does not know. */
function isTopic(topic: string, named: string, { introduction }: Model): boolean {
  return topic === named || topic === `${introduction.applicationId}-${named}`;
}

/** Of sources and sinks: how old records are there. */
function ageOf(node: string, model: Model): { readonly kind: string; readonly ms: number } | null {
  const { introduction, moments } = model;
  const described = introduction.subTopologies.flatMap(({ nodes }) => nodes).find(({ name }) => name === node);
  if (described?.type === 'source') {
    const topics = [described.topics ?? []].flat();
    const ages = topics.map((topic) =>
      quantile(
        moments,
        ({ metrics }) => metrics.latency.sources.find((one) => isTopic(one.topic, topic, model))?.age,
        0.99,
      ),
    );
    const known = ages.filter((age) => age !== null);
    return known.length === 0 ? null : { kind: 'age', ms: Math.max(...known) };
  }
  const ms = quantile(moments, ({ metrics }) => metrics.latency.sinks.find((one) => one.node === node)?.endToEnd, 0.99);
  return ms === null ? null : { kind: 'e2e', ms };
}

/** The same for who does not see the picture, or looks for a name. */
function NodeTable({ model, nodes }: { readonly model: Model; readonly nodes: readonly PlacedNode[] }): JSX.Element {
  const { flow } = latest(model);
  return (
    <details>
      <summary>The same as a table</summary>
      <WideTable about="Table of the operators">
        <thead>
          <tr>
            <th scope="col">operator</th>
            <th scope="col">where</th>
            <th scope="col" class="right">
              records
            </th>
            <th scope="col" class="right">
              rate
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes
            .filter(({ shape }) => shape === 'operator')
            .map(({ id, label, group }) => (
              <tr key={id}>
                <th scope="row">{label}</th>
                <td>{group}</td>
                <td class="right">{count(flow.nodes[label] ?? 0)}</td>
                <td class="right">{rate(rateOf(label, model.moments))}</td>
              </tr>
            ))}
        </tbody>
      </WideTable>
    </details>
  );
}
