/** What the console reads of the API's answers; the whole is in /openapi.yaml. */

export type SandboxState = 'creating' | 'running' | 'stopped' | 'paused' | 'failed' | 'deleted';

export interface Sandbox {
  readonly id: string;
  readonly name: string;
  readonly templateId?: string;
  readonly snapshotId?: string;
  readonly state: SandboxState;
  readonly isolation: string;
  readonly enforced: Readonly<Record<string, boolean>>;
  readonly endReason?: string;
  readonly endedBy?: string;
  readonly endDetail?: string;
  readonly errorReason?: string;
  readonly recoverable?: boolean;
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
  readonly workDir: string;
  readonly user: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly stoppedAt?: string;
  readonly lastActivityAt?: string;
  readonly expiresAt?: string;
  readonly timeoutMs: number;
  readonly autoStopMinutes: number;
  readonly autoPause: boolean;
  readonly ephemeral: boolean;
  readonly networkBlockAll: boolean;
  readonly networkAllowList?: readonly string[];
  readonly exposedPorts?: readonly number[];
  readonly health?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly pagination: {readonly total?: number; readonly nextCursor?: string; readonly hasMore: boolean};
}

export interface Config {
  readonly version: string;
  readonly templates: readonly string[];
  readonly defaultTemplate: string;
  readonly features: Readonly<Record<string, boolean>>;
}

export interface User {
  readonly id: string;
  readonly name?: string;
  readonly organizationId: string;
  readonly auth: {readonly type: string; readonly keyId?: string; readonly scopes: readonly string[]};
}

export interface Terminal {
  readonly pid: number;
  readonly shell: string;
  readonly active: boolean;
  readonly createdAt: string;
}

export interface FileInfo {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly permissions: string;
  readonly owner: string;
  readonly group: string;
  readonly modifiedAt: string;
  readonly symlinkTarget?: string;
}

export interface SignedUrl {
  readonly url: string;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly user: string;
  readonly startedAt: string;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly state: string;
  readonly tag?: string;
  readonly exitCode?: number;
  readonly exitedAt?: string;
}

export interface Sample {
  readonly timestamp: string;
  readonly cpuUsagePercent: number;
  readonly memoryUsed: number;
  readonly memoryTotal: number;
  readonly diskUsed: number;
  readonly diskTotal: number;
  readonly networkRxBytes: number;
  readonly networkTxBytes: number;
  readonly processCount: number;
}

export interface AuditEvent {
  readonly id: string;
  readonly type: string;
  readonly userId?: string;
  readonly keyId?: string;
  readonly resource: string;
  readonly outcome: 'success' | 'denied' | 'failed';
  readonly timestamp: string;
  readonly requestId: string;
  readonly clientType: string;
  readonly remoteAddr: string;
  readonly metadata: Readonly<Record<string, string>>;
}
