/** What `RelationalSmokeTest` of Kafka Streams runs, written here: articles and comments, joined both ways. */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Topology } from '../../src/topology/topology.js';

interface Article {
  readonly key: number;
  readonly timestamp: bigint;
  readonly text: string;
}

interface Comment extends Article {
  readonly articleId: number;
}

export const RELATIONAL_TOPICS = ['in-article', 'in-comment', 'out-augmented-article', 'out-augmented-comment'];

const PREFIX = 10;

/** Key, time, length of the text, text. */
function articleBytes({ key, timestamp, text }: Article): Buffer {
  const head = Buffer.alloc(16);
  const bytes = Buffer.from(text);
  head.writeInt32BE(key, 0);
  head.writeBigInt64BE(timestamp, 4);
  head.writeInt32BE(bytes.length, 12);
  return Buffer.concat([head, bytes]);
}

function articleOf(bytes: Buffer): Article {
  const [key, timestamp, length] = [bytes.readInt32BE(0), bytes.readBigInt64BE(4), bytes.readInt32BE(12)];
  return { key, timestamp, text: bytes.toString('utf8', 16, 16 + length) };
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const ARTICLES: Serde<Article> = { serialize: articleBytes, deserialize: articleOf };
/** The article that it is about stands last. */
const COMMENTS: Serde<Comment> = {
  serialize: (comment) => Buffer.concat([articleBytes(comment), int(comment.articleId)]),
  deserialize: (bytes) => ({ ...articleOf(bytes), articleId: bytes.readInt32BE(bytes.length - 4) }),
};
const COUNTED: Serde<Article & { readonly comments: number }> = {
  serialize: (article) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64BE(BigInt(article.comments));
    return Buffer.concat([articleBytes(article), count]);
  },
  deserialize: (bytes) => ({ ...articleOf(bytes), comments: Number(bytes.readBigInt64BE(bytes.length - 8)) }),
};
const EMBEDDED: Serde<Comment & { readonly prefix: string }> = {
  serialize: (comment) => {
    const prefix = Buffer.from(comment.prefix);
    return Buffer.concat([COMMENTS.serialize(comment, '', []), int(prefix.length), prefix]);
  },
  deserialize: (bytes) => {
    const article = articleOf(bytes);
    const end = 16 + Buffer.byteLength(article.text);
    return { ...article, articleId: bytes.readInt32BE(end), prefix: bytes.toString('utf8', end + 8) };
  },
};

export function relationalTopology(): Topology {
  const builder = new StreamsBuilder();
  const articles = builder.table('in-article', { key: serdes.int(), value: ARTICLES });
  const comments = builder.table('in-comment', { key: serdes.int(), value: COMMENTS });
  const counts = comments
    .groupBy((comment) => [comment.articleId, 1], { key: serdes.int(), value: serdes.short() })
    .count();
  articles
    .leftJoin(counts, (article, count) => ({ ...article, comments: count ?? 0 }), { value: COUNTED })
    .toStream()
    .to('out-augmented-article');
  comments
    .join(
      articles,
      (comment) => comment.articleId,
      (comment, article) => ({ ...comment, prefix: article.text.slice(0, PREFIX) }),
      { value: EMBEDDED },
    )
    .toStream()
    .to('out-augmented-comment');
  return builder.build();
}
