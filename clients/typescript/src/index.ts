export type { Api, BodyOf, CallName, Input, Output, QueryOf, Schemas } from './api.js';
export { WorkspaceClient, type WorkspaceEvent } from './client.js';
export { Command, type CommandEnd, type OutputChunk, type OutputOptions } from './command.js';
export {
    ApiError,
    AuthenticationError,
    ConflictError,
    ConnectionError,
    ErrorCode,
    InvalidRequestError,
    LimitError,
    NotFoundError,
    PermissionError,
    StreamClosedError,
    TimeoutError,
    UnavailableError,
    WorkspaceError,
} from './errors.js';
export type { Feed } from './feed.js';
export { Files, type Content, type DownloadOptions, type FileEvent, type Progress, type WriteOptions } from './files.js';
export { Repository } from './git.js';
export { Sandbox, type RunOptions, type RunResult } from './sandbox.js';
export { Terminal } from './terminal.js';
export type { CallOptions, WorkspaceOptions } from './transport.js';
