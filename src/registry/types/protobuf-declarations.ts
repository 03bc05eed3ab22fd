/** TypeScript for the messages of a file of Protobuf, as the serde gives them. */
import type { ProtoEnum, ProtoField, ProtoType } from '../protobuf-library.js';
import { aliasText, arrayText, interfaceText, literal, mapText, unionText, type Declarations } from './declarations.js';

const LONG = /^(?:u?int|s?fixed|sint)64$/;

/** Declares all messages, and gives the first one's name. */
export function protobufDeclarations(messages: Iterable<ProtoType>, all: Declarations): string {
  const nameOf = (fullName: string): string => {
    // `.shop.Order.Line`: what begins with a capital letter is of the message.
    const parts = fullName.slice(1).split('.');
    const first = parts.findIndex((part) => /^[A-Z]/.test(part));
    return all.nameFor(fullName, parts.slice(first < 0 ? -1 : first).join('.'));
  };

  const declareEnum = (type: ProtoEnum): string => {
    const known = all.has(type.fullName);
    const name = nameOf(type.fullName);
    if (!known) all.reserve()(aliasText(name, unionText(Object.keys(type.values).map(literal)), docOf(type.comment)));
    return name;
  };

  const declare = (type: ProtoType): string => {
    const known = all.has(type.fullName);
    const name = nameOf(type.fullName);
    if (known) return name;
    const write = all.reserve();
    const properties = Object.entries(type.fields).map(([field, about]) => ({
      name: field,
      type: fieldText(about!),
      doc: docOf(about!.comment),
      // Which one of several is there, and whether an optional one is, is to be seen.
      optional: about!.partOf !== null,
    }));
    write(interfaceText(name, properties, docOf(type.comment)));
    return name;
  };

  const fieldText = (field: ProtoField): string => {
    const single = singleText(field);
    if (field.map) return mapText(single);
    if (field.repeated) return arrayText(single);
    const message = field.resolvedType !== null && !('values' in field.resolvedType);
    return message && field.partOf === null ? `${single} | null` : single;
  };

  const singleText = ({ type, resolvedType }: ProtoField): string => {
    if (resolvedType !== null) return 'values' in resolvedType ? declareEnum(resolvedType) : declare(resolvedType);
    if (type === 'string') return 'string';
    if (type === 'bool') return 'boolean';
    if (type === 'bytes') return 'Buffer';
    return LONG.test(type) ? 'number | bigint' : 'number';
  };

  const [first] = [...messages].map(declare);
  return first ?? 'never';
}

function docOf(comment: string | null | undefined): string | undefined {
  return comment ?? undefined;
}
