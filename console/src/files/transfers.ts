import {address, ApiError, call, headers, path, refusal, unreachable} from '../api/client';
import type {FileInfo, SignedUrl} from '../api/types';
import {session} from '../session';
import {Store} from '../store';
import {confirmed} from '../ui/dialog';
import {complain} from '../ui/toast';
import {within} from './names';

/** What a request to the API may carry; a larger file goes to an address of its own. */
const MOST_INLINE_BYTES = 4 * 1024 * 1024;
const FILE_ALREADY_EXISTS = 3002;
/** Before each try after the first. */
const WAITS_MS = [300, 1000];

export interface Transfer {
  readonly id: number;
  readonly name: string;
  /** 0 to 1. */
  readonly done: number;
  cancel(): void;
}

export const transfers = new Store<readonly Transfer[]>([]);
let last = 0;

/** Sends the files one after another; one that is there is replaced only when its owner says so. */
export async function upload(sandboxId: string, folder: string, files: readonly File[]): Promise<void> {
  for (const file of files) {
    try {
      await uploadOne(sandboxId, within(folder, file.name), file, false);
    } catch (failure) {
      complain(failure);
    }
  }
}

async function uploadOne(sandboxId: string, target: string, file: File, overwrite: boolean): Promise<void> {
  try {
    await (file.size <= MOST_INLINE_BYTES ? inline : byAddress)(sandboxId, target, file, overwrite);
  } catch (failure) {
    if (!isTaken(failure) || overwrite) {
      throw failure;
    }
    if (await confirmed(`Replace ${file.name}?`, `There is a ${target} already.`, 'Replace')) {
      await uploadOne(sandboxId, target, file, true);
    }
  }
}

function isTaken(failure: unknown): boolean {
  return failure instanceof ApiError && failure.code === FILE_ALREADY_EXISTS;
}

/** Not answered, as after a change of the network, or still at work on what was not answered. */
function isLost(failure: unknown): boolean {
  return failure instanceof ApiError && (failure.status === 0 || failure.details['reason'] === 'in_progress');
}

/** Once more from the beginning, where an answer was lost. */
async function persistently(work: () => Promise<void>): Promise<void> {
  for (const wait of WAITS_MS) {
    try {
      return await work();
    } catch (failure) {
      if (!isLost(failure)) {
        throw failure;
      }
      await new Promise(resolve => setTimeout(resolve, wait));
    }
  }
  return work();
}

/** All tries are one change: the second is answered as the first was. */
function inline(sandboxId: string, target: string, file: File, overwrite: boolean): Promise<void> {
  const url = address(path('sandboxes', sandboxId, 'files', 'upload'), {path: target, overwrite});
  const fields = headers('POST', session.value.key ?? '');
  return persistently(() => send('POST', url, fields, file));
}

function byAddress(sandboxId: string, target: string, file: File, overwrite: boolean): Promise<void> {
  const files = path('sandboxes', sandboxId, 'files');
  let wasSent = false;
  return persistently(async () => {
    const isRepeat = wasSent;
    try {
      const {url} = await call<SignedUrl>('POST', `${files}/upload-url`, {json: {path: target, overwrite}});
      wasSent = true;
      await send('PUT', url, {}, file);
    } catch (failure) {
      // Addresses know no repeats: what is there may be what an earlier try has brought.
      const isOurs = isRepeat && isTaken(failure) && (await call<FileInfo>('GET', `${files}/stat`, {query: {path: target}})).size === file.size;
      if (!isOurs) {
        throw failure;
      }
    }
  });
}

/** Not by fetch, which does not tell how far it is. */
function send(method: string, url: string, fields: Readonly<Record<string, string>>, file: File): Promise<void> {
  const request = new XMLHttpRequest();
  const id = ++last;
  transfers.set([...transfers.value, {id, name: file.name, done: 0, cancel: () => request.abort()}]);
  return new Promise<void>((resolve, reject) => {
    request.upload.onprogress = ({loaded, total}) => {
      transfers.set(transfers.value.map(one => (one.id === id ? {...one, done: total ? loaded / total : 0} : one)));
    };
    request.onload = () => {
      if (request.status < 300) {
        resolve();
      } else {
        reject(refusal(request.status, {get: name => request.getResponseHeader(name)}, request.responseText));
      }
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'));
    request.open(method, url);
    Object.entries({...fields, 'Content-Type': 'application/octet-stream'}).forEach(([name, value]) => request.setRequestHeader(name, value));
    request.send(file);
  }).finally(() => transfers.set(transfers.value.filter(one => one.id !== id)));
}

/** By an address that is good for this file alone, so that the browser itself saves it, however large. */
export async function download(sandboxId: string, target: string): Promise<void> {
  const {url} = await call<SignedUrl>('GET', path('sandboxes', sandboxId, 'files', 'download-url'), {query: {path: target, expiresIn: 60}});
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = '';
  anchor.click();
}
