/** What orders and totals look like, before and after a field was added. In a project of your own: files that `millrace schemas pull` writes. */
const order = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'user', type: 'string' },
    { name: 'amount', type: 'double' },
  ],
};
const total = {
  type: 'record',
  name: 'Total',
  namespace: 'shop',
  fields: [{ name: 'amount', type: 'double' }],
};
/** What was never said of an order before was meant all the same. */
const currency = { name: 'currency', type: 'string', default: 'EUR' };

export interface Schemas {
  readonly order: object;
  readonly total: object;
}

export const before: Schemas = { order, total };
export const after: Schemas = {
  order: { ...order, fields: [...order.fields, currency] },
  total: { ...total, fields: [...total.fields, currency] },
};
