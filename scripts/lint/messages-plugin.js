/** The ESLint rule about the texts of errors and log lines: `the option x …`, in lower case, names without quotes. */

/** Words with which a text may begin all the same: names of things. */
const NAMES = ['Kafka', 'Java', 'Maven', 'Millrace', 'Apicurio', 'Docker', 'Node'];
const METHODS = ['debug', 'info', 'warn', 'error', 'tell'];
const FUNCTIONS = ['warn', 'log', 'brokerErrorFor'];
/** Commander says which argument is wrong and goes on with this text as its next sentence. */
const OTHERS = ['InvalidArgumentError'];

/** @type {import('eslint').Rule.RuleModule} */
const style = {
  meta: { type: 'problem', schema: [], docs: { description: 'errors and log lines begin in lower case' } },
  create(context) {
    /** @param {readonly import('estree').Node[]} nodes */
    const check = (nodes) => {
      for (const node of nodes.flatMap(textsOf)) {
        const fault = faultOf(node);
        if (fault !== undefined) context.report({ node, message: fault });
      }
    };
    return {
      NewExpression({ callee, arguments: given }) {
        const name = callee.type === 'Identifier' ? callee.name : '';
        if (name.endsWith('Error') && !OTHERS.includes(name)) check(given);
      },
      CallExpression({ callee, arguments: given }) {
        if (callee.type === 'Identifier' && FUNCTIONS.includes(callee.name)) check(given);
        if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
        const { name } = callee.property;
        if (METHODS.includes(name) || FUNCTIONS.includes(name)) check(given);
      },
    };
  },
};

/** @type {import('eslint').ESLint.Plugin} */
export const messagesPlugin = { rules: { style } };

/**
 * The texts that an argument can be, or begins with.
 * @param {import('estree').Node} node
 * @returns {import('estree').Node[]}
 */
function textsOf(node) {
  if (node.type === 'ConditionalExpression') return [...textsOf(node.consequent), ...textsOf(node.alternate)];
  if (node.type === 'BinaryExpression') return textsOf(node.left);
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string') ? [node] : [];
}

/**
 * @param {import('estree').Node} node
 * @returns {string | undefined}
 */
function faultOf(node) {
  const parts =
    node.type === 'TemplateLiteral'
      ? node.quasis.map(({ value }) => value.cooked ?? '')
      : [node.type === 'Literal' ? String(node.value) : ''];
  const word = /^([A-Z][a-z]*)(?= |$)/.exec(parts[0] ?? '')?.[1];
  if (word !== undefined && !NAMES.includes(word)) return `Begin in lower case: ${word.toLowerCase()}.`;
  const quoted = parts.some(
    (part, i) => i + 1 < parts.length && /["“]$/.test(part) && /^["”]/.test(parts[i + 1] ?? ''),
  );
  return quoted ? 'Give names without quotes, and values by shownValue().' : undefined;
}
