import type { Request } from 'express';
import type { Problem } from '../../controllers/problem.js';
import type { ApiResponse } from './api-response.js';

const MAX_INSTANCE_CHARACTERS = 300;

export function sendProblem(request: Request, response: ApiResponse, problem: Problem): void {
  response.locals.problem = problem;
  const { headers = {}, ...body } = problem;
  response
    .status(problem.status)
    .set({ ...headers, 'Cache-Control': 'no-store' })
    .type('application/problem+json')
    .send(JSON.stringify({ ...body, instance: request.path.slice(0, MAX_INSTANCE_CHARACTERS) }));
}
