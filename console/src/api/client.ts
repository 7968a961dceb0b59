import {end, session} from '../session';

const BASE = '/api/v1';
/** Between tries where there was no answer at all. */
const WAITS_MS = [300, 1000, 2000];

/** What the API refused, in its own words; `status` 0 when it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    name: string,
    message: string,
    readonly requestId: string | null,
    readonly details: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = name;
  }
}

export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly json?: unknown;
  readonly signal?: AbortSignal;
  /** Another key than the session's, to try it; its refusal is no end of a session. */
  readonly key?: string;
}

export function path(...parts: readonly (string | number)[]): string {
  return `/${parts.map(part => encodeURIComponent(part)).join('/')}`;
}

export function address(target: string, query: Call['query'] = {}): string {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return BASE + target + (search ? `?${search}` : '');
}

/** Names one change: sent again with the same name it is not made again. Not randomUUID, which plain HTTP does not have. */
function changeName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** A JWT goes where a key goes, as a bearer. */
export function headers(method: string, key: string): Record<string, string> {
  return {
    Authorization: `Bearer ${key}`,
    'X-Client-Type': 'web',
    ...(method === 'GET' ? {} : {'X-Idempotency-Key': changeName()}),
  };
}

/** One call of the API. */
export async function call<T>(method: string, target: string, request: Call = {}): Promise<T> {
  const key = request.key ?? session.value.key ?? '';
  const init: RequestInit = {
    method,
    headers: {
      ...headers(method, key),
      ...(request.json === undefined ? {} : {'Content-Type': 'application/json'}),
    },
    ...(request.json === undefined ? {} : {body: JSON.stringify(request.json)}),
    ...(request.signal ? {signal: request.signal} : {}),
  };
  const answer = await send(address(target, request.query), init);
  if (!answer.ok) {
    const failure = refusal(answer.status, answer.headers, await answer.text());
    if (failure.status === 401 && request.key === undefined) {
      end(`${failure.message} (${failure.name})`);
    }
    throw failure;
  }
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/**
 * What was not answered is tried again: a browser drops its requests when an interface comes to its machine, as one does with each sandbox
 * of a local run. The name of a change keeps it from being made twice.
 */
async function send(url: string, init: RequestInit): Promise<Response> {
  for (const wait of WAITS_MS) {
    try {
      return await fetch(url, init);
    } catch (failure) {
      if (init.signal?.aborted) {
        throw failure;
      }
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
  return fetch(url, init).catch((failure: unknown) => {
    throw init.signal?.aborted ? failure : unreachable();
  });
}

export function unreachable(): ApiError {
  return new ApiError(0, 0, 'UNREACHABLE', 'The service does not answer', null, {});
}

interface ErrorBody {
  readonly error?: {
    readonly code: number;
    readonly name: string;
    readonly message: string;
    readonly requestId?: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

export function refusal(status: number, answered: {get(name: string): string | null}, text: string): ApiError {
  const id = answered.get('X-Request-ID');
  let error: ErrorBody['error'];
  try {
    error = (JSON.parse(text) as ErrorBody).error;
  } catch {
    // Somebody between us and the API has answered, in words of his own.
  }
  return error
    ? new ApiError(status, error.code, error.name, error.message, error.requestId ?? id, error.details ?? {})
    : new ApiError(status, 0, `HTTP_${status}`, 'The service answered what is none of its errors', id, {});
}
