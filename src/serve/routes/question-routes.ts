/** `/questions`: what the instances of an application ask each other, so that any of them answers for any key. */
import type { Hono } from 'hono';
import { QUESTIONS_PATH } from '../../query/owner-lane.js';
import { questionsSchema, withBytesAsText } from '../../query/question.js';
import type { StoreQueries } from '../../query/store-queries.js';
import { bodyOf } from './request-body.js';

export function questionRoutes(app: Hono, queries: StoreQueries): void {
  app.post(QUESTIONS_PATH, async (context) => {
    const body = await bodyOf(context);
    if (body instanceof Response) return body;
    const asked = questionsSchema.safeParse(body.said);
    if (!asked.success) return context.json({ error: 'these are no questions of an instance' }, 400);
    const answers = await Promise.all(asked.data.questions.map((question) => queries.answer(question)));
    return context.json({ answers: withBytesAsText(answers) });
  });
}
