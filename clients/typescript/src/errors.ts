import { ErrorCode, statuses } from './generated/error-codes.js';
import type { components } from './generated/schema.js';

export { ErrorCode };

type Schemas = components['schemas'];
export type ErrorDetails = NonNullable<Schemas['ErrorBodyContent']['details']>;

/** Whatever goes wrong in here. */
export class WorkspaceError extends Error {
    constructor(message: string, options?: ErrorOptions) {
        super(message, options);
        this.name = new.target.name;
    }
}

/** The service did not answer, or the connection broke, and trying again did not help. */
export class ConnectionError extends WorkspaceError {}

/** The service took longer than the client may wait. What was asked for may be done all the same. */
export class TimeoutError extends ConnectionError {}

/** The service closed a stream before its end, for a reason that coming back does not mend. */
export class StreamClosedError extends WorkspaceError {
    constructor(
        readonly closeCode: number,
        reason: string,
    ) {
        super(`the stream was closed with ${closeCode}${reason && `: ${reason}`}`);
    }
}

export interface Refusal {
    status: number;
    code: number;
    codeName: string;
    message: string;
    details: ErrorDetails;
    requestId: string | undefined;
    retryAfterSeconds: number | undefined;
}

/** The service refused. Programs decide by `code`, which never changes its meaning. */
export class ApiError extends WorkspaceError {
    readonly status: number;
    readonly code: number;
    readonly codeName: string;
    readonly details: ErrorDetails;
    readonly requestId: string | undefined;
    readonly retryAfterSeconds: number | undefined;

    constructor(refusal: Refusal) {
        super(`${refusal.code} ${refusal.codeName}: ${refusal.message}${refusal.requestId ? ` (${refusal.requestId})` : ''}`);
        this.status = refusal.status;
        this.code = refusal.code;
        this.codeName = refusal.codeName;
        this.details = refusal.details;
        this.requestId = refusal.requestId;
        this.retryAfterSeconds = refusal.retryAfterSeconds;
    }
}

/** 401: no credential, or one that is good for nothing. */
export class AuthenticationError extends ApiError {}
/** 403: the credential is good, but not for this. */
export class PermissionError extends ApiError {}
/** 404. */
export class NotFoundError extends ApiError {}
/** 409: it is there, and its state forbids this. */
export class ConflictError extends ApiError {}
/** 400, 413, 422: what was sent is wrong; `details.fields` may say where. */
export class InvalidRequestError extends ApiError {}
/** 429: a rate limit or a quota. */
export class LimitError extends ApiError {}
/** 502, 503, 507: something behind the service, its capacity or a disk. */
export class UnavailableError extends ApiError {}

const BY_STATUS: Record<number, typeof ApiError> = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidRequestError,
    422: InvalidRequestError,
    429: LimitError,
    502: UnavailableError,
    503: UnavailableError,
    507: UnavailableError,
};

/** Of an answer that is no success. One that is not in the words of the API, from whatever stands between, has the code 0. */
export function refusalOf(status: number, headers: Headers, body: string): ApiError {
    const refusal: Refusal = {
        status,
        code: 0,
        codeName: 'UNKNOWN',
        message: `HTTP ${status}`,
        details: {},
        requestId: headers.get('x-request-id') ?? undefined,
        retryAfterSeconds: seconds(headers.get('retry-after')),
        ...errorIn(body),
    };
    return new (BY_STATUS[status] ?? ApiError)(refusal);
}

/** Of an error that a stream told of. */
export function errorOf(data: unknown): ApiError {
    const { code, name, message, details } = data as Schemas['ErrorBodyContent'];
    const status = statuses[code] ?? 500;
    return new (BY_STATUS[status] ?? ApiError)({
        status,
        code,
        codeName: name,
        message,
        details: details ?? {},
        requestId: undefined,
        retryAfterSeconds: undefined,
    });
}

function errorIn(body: string): Partial<Refusal> {
    try {
        const { error, code, msg } = JSON.parse(body);
        if (error) return { code: error.code, codeName: error.name, message: error.message, ...(error.details && { details: error.details }) };
        // The gateway's own envelope.
        if (typeof code === 'string') return { codeName: code, message: msg };
    } catch {
        // What is no JSON says nothing that could be told.
    }
    return {};
}

function seconds(header: string | null): number | undefined {
    return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}
