/** A topology as a picture: the text of a Mermaid flow chart, which many pages draw. */
import type { DescribedNode, TopologyDescription } from './describe.js';

/** Sub-topologies as boxes; topics stand outside of them, since they are what connects them. */
export function mermaidOf({ subTopologies }: TopologyDescription): string {
  const chart = new Chart();
  for (const { id, global, nodes } of subTopologies) {
    chart.line(
      `  subgraph part${String(id)}["${global ? `global store (${String(id)})` : `sub-topology ${String(id)}`}"]`,
    );
    for (const node of nodes) {
      chart.line(`    ${chart.id(`node ${node.name}`)}["${escaped(node.name)}"]`);
      for (const store of node.stores) chart.shape('    ', `store ${store}`, '[(', store, ')]');
    }
    chart.line('  end');
    for (const node of nodes) connect(chart, node);
  }
  return chart.text();
}

function connect(chart: Chart, node: DescribedNode): void {
  const at = chart.id(`node ${node.name}`);
  const topics = [node.topics ?? []].flat();
  for (const topic of topics) {
    const from = chart.shape('  ', `topic ${topic}`, '([', topic, '])');
    chart.line(node.type === 'source' ? `  ${from} --> ${at}` : `  ${at} --> ${from}`);
  }
  if (node.extractor !== undefined) {
    const chosen = `topic chosen by ${node.extractor === '' ? 'a function' : node.extractor}`;
    chart.line(`  ${at} --> ${chart.shape('  ', `extractor ${node.name}`, '([', chosen, '])')}`);
  }
  for (const store of node.stores) chart.line(`  ${at} -.- ${chart.id(`store ${store}`)}`);
  for (const next of node.successors) chart.line(`  ${at} --> ${chart.id(`node ${next}`)}`);
}

class Chart {
  private readonly lines = ['flowchart TD'];
  private readonly ids = new Map<string, string>();
  private readonly drawn = new Set<string>();

  line(text: string): void {
    this.lines.push(text);
  }

  /** Names may have any letters, ids may not. */
  id(what: string): string {
    let id = this.ids.get(what);
    if (id === undefined) this.ids.set(what, (id = `n${String(this.ids.size)}`));
    return id;
  }

  /** Drawn where it is first met; returns its id. */
  shape(indent: string, what: string, open: string, label: string, close: string): string {
    const id = this.id(what);
    if (!this.drawn.has(what)) this.line(`${indent}${id}${open}"${escaped(label)}"${close}`);
    this.drawn.add(what);
    return id;
  }

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

function escaped(label: string): string {
  return label.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
