/** TypeScript that is being written from a schema: named types one after the other, each once, each name standing for one of them. */

/** Names that types of their own would hide. */
const TAKEN = ['Array', 'Buffer', 'Date', 'Record', 'Readonly', 'String', 'Number', 'Boolean', 'Object'];
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export class Declarations {
  private readonly names = new Map<string, string>();
  private readonly taken = new Set(TAKEN);
  private readonly written: string[] = [];

  /** Whether a type has its name already, and with it its declaration, now or soon. */
  has(fullName: string): boolean {
    return this.names.has(fullName);
  }

  /** The name for a type: its last part, or all of it where another type of the file has that. */
  nameFor(fullName: string, last: string): string {
    const known = this.names.get(fullName);
    if (known !== undefined) return known;
    let name = pascalCase(last);
    if (this.taken.has(name)) name = pascalCase(fullName);
    for (let i = 2; this.taken.has(name); i += 1) name = `${pascalCase(fullName)}${String(i)}`;
    this.taken.add(name);
    this.names.set(fullName, name);
    return name;
  }

  /** Before those types that were begun later. */
  reserve(): (text: string) => void {
    const at = this.written.push('') - 1;
    return (text) => {
      this.written[at] = text;
    };
  }

  get text(): string {
    return this.written.join('\n');
  }
}

/** One property of an object. */
export interface Property {
  readonly name: string;
  readonly type: string;
  readonly doc?: string | undefined;
  readonly optional?: boolean;
}

export function interfaceText(name: string, properties: readonly Property[], doc?: string): string {
  return `${docText(doc, '')}export interface ${name} ${objectText(properties, '')}\n`;
}

export function aliasText(name: string, type: string, doc?: string): string {
  return `${docText(doc, '')}export type ${name} = ${type};\n`;
}

/** An object type; lines behind the first one begin with `indent`. */
export function objectText(properties: readonly Property[], indent: string): string {
  if (properties.length === 0) return '{}';
  const lines = properties.map(
    ({ name, type, doc, optional }) =>
      `${docText(doc, `${indent}  `)}${indent}  readonly ${propertyName(name)}${optional === true ? '?' : ''}: ${type};\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

export function unionText(types: readonly string[]): string {
  const single = [...new Set(types)];
  return single.length === 0 ? 'never' : single.join(' | ');
}

export function arrayText(items: string): string {
  return /[ {]/.test(items) ? `readonly (${items})[]` : `readonly ${items}[]`;
}

export function mapText(values: string): string {
  return `Readonly<Record<string, ${values}>>`;
}

export function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : literal(name);
}

export function docText(doc: string | undefined, indent: string): string {
  const lines = (doc ?? '').trim().replaceAll('*/', '*\u200b/').split(/\r?\n/);
  if (lines.length === 1) return lines[0] === '' ? '' : `${indent}/** ${lines[0]!} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line.trim()}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** `orders-value` is `OrdersValue`. */
export function pascalCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return /^[A-Z]/.test(name) ? name : `Type${name}`;
}
