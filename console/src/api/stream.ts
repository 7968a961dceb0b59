import {address, ApiError} from './client';
import {session} from '../session';

const PING_MS = 30_000;
/** Whoever says nothing for so many pings, not even that he heard them, is not there any more. */
const SILENT_PINGS = 3;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** After which coming back leads nowhere. */
const FINAL = new Set([1000, 1003, 1009, 4400, 4401, 4403, 4404, 4409]);

export interface Message {
  readonly type: 'data' | 'exit' | 'event' | 'pong' | 'error';
  readonly id?: string;
  readonly data?: unknown;
  readonly cursor?: string;
  readonly stream?: 'stdout' | 'stderr';
  readonly droppedBytes?: number;
}

export type Connection = 'connecting' | 'open' | 'waiting' | 'ended';

export interface Listener {
  hear(message: Message): void;
  connection(now: Connection, why: string | null): void;
}

/**
 * One stream of the API. It comes back after a cut, right behind the last message that has a cursor, until it is over for good.
 * A browser does not tell why a handshake was refused, so `probe` asks the API itself.
 */
export class Stream {
  readonly #target: string;
  readonly #query: Readonly<Record<string, string>>;
  readonly #listener: Listener;
  readonly #probe: () => Promise<unknown>;
  #socket: WebSocket | null = null;
  #cursor: string | null = null;
  #wait = FIRST_WAIT_MS;
  #timer = 0;
  #ping = 0;
  #silentPings = 0;
  #over = false;

  constructor(
    target: string,
    query: Readonly<Record<string, string>>,
    probe: () => Promise<unknown>,
    listener: Listener,
  ) {
    this.#target = target;
    this.#query = query;
    this.#probe = probe;
    this.#listener = listener;
    this.#connect();
    addEventListener('online', this.#now);
  }

  get cursor(): string | null {
    return this.#cursor;
  }

  send(message: unknown): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.#over = true;
    removeEventListener('online', this.#now);
    clearTimeout(this.#timer);
    clearInterval(this.#ping);
    this.#socket?.close(1000);
    this.#socket = null;
  }

  readonly #now = (): void => {
    if (!this.#socket && !this.#over) {
      clearTimeout(this.#timer);
      this.#connect();
    }
  };

  #connect(): void {
    this.#listener.connection('connecting', null);
    const {includeHistory, ...others} = this.#query;
    const history = includeHistory === undefined ? {} : {includeHistory};
    const query = {...others, ...(this.#cursor === null ? history : {cursor: this.#cursor})};
    const origin = location.origin.replace(/^http/, 'ws');
    const socket = new WebSocket(origin + address(this.#target, query), ['bearer', session.value.key ?? '']);
    let wasOpen = false;
    this.#socket = socket;
    socket.onopen = () => {
      wasOpen = true;
      this.#wait = FIRST_WAIT_MS;
      this.#silentPings = 0;
      this.#ping = setInterval(this.#beat, PING_MS);
      this.#listener.connection('open', null);
    };
    socket.onmessage = event => {
      if (this.#socket !== socket) {
        return;
      }
      this.#silentPings = 0;
      const message = JSON.parse(String(event.data)) as Message;
      this.#cursor = message.cursor ?? this.#cursor;
      this.#listener.hear(message);
    };
    socket.onclose = event => {
      if (this.#socket === socket) {
        clearInterval(this.#ping);
        this.#socket = null;
        void this.#left(event.code, wasOpen);
      }
    };
  }

  readonly #beat = (): void => {
    if (++this.#silentPings < SILENT_PINGS) {
      this.send({type: 'ping'});
      return;
    }
    // Its own end may be long in coming, since the other side is to agree to it.
    clearInterval(this.#ping);
    this.#socket?.close();
    this.#socket = null;
    void this.#left(1006, true);
  };

  async #left(code: number, wasOpen: boolean): Promise<void> {
    if (FINAL.has(code)) {
      this.#end(null);
      return;
    }
    if (!wasOpen) {
      const refused = await this.#refused();
      if (refused) {
        this.#end(refused);
        return;
      }
    }
    if (this.#over) {
      return;
    }
    this.#listener.connection('waiting', null);
    this.#timer = setTimeout(this.#now, this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }

  async #refused(): Promise<string | null> {
    try {
      await this.#probe();
      return null;
    } catch (failure) {
      const final = failure instanceof ApiError && failure.status >= 400 && failure.status < 500 && failure.status !== 429;
      return final ? failure.message : null;
    }
  }

  #end(why: string | null): void {
    if (!this.#over) {
      this.close();
      this.#listener.connection('ended', why);
    }
  }
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

export function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
}
