import {address, ApiError, call, headers, path, refusal, unreachable} from '../api/client';
import type {SignedUrl} from '../api/types';
import {session} from '../session';
import {Store} from '../store';
import {confirmed} from '../ui/dialog';
import {complain} from '../ui/toast';
import {within} from './names';

/** What a request to the API may carry; a larger file goes to an address of its own. */
const MOST_INLINE_BYTES = 4 * 1024 * 1024;
const FILE_ALREADY_EXISTS = 3002;

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
      const target = within(folder, file.name);
      await uploadOne(sandboxId, target, file, false).catch((failure: unknown) => {
        // Cut on its way, as by a change of the network: once more, from its beginning.
        if (failure instanceof ApiError && failure.status === 0) {
          return uploadOne(sandboxId, target, file, false);
        }
        throw failure;
      });
    } catch (failure) {
      complain(failure);
    }
  }
}

async function uploadOne(sandboxId: string, target: string, file: File, overwrite: boolean): Promise<void> {
  try {
    await (file.size <= MOST_INLINE_BYTES ? inline : byAddress)(sandboxId, target, file, overwrite);
  } catch (failure) {
    if (!(failure instanceof ApiError && failure.code === FILE_ALREADY_EXISTS) || overwrite) {
      throw failure;
    }
    if (await confirmed(`Replace ${file.name}?`, `There is a ${target} already.`, 'Replace')) {
      await uploadOne(sandboxId, target, file, true);
    }
  }
}

function inline(sandboxId: string, target: string, file: File, overwrite: boolean): Promise<void> {
  const url = address(path('sandboxes', sandboxId, 'files', 'upload'), {path: target, overwrite});
  return send('POST', url, headers('POST', session.value.key ?? ''), file);
}

async function byAddress(sandboxId: string, target: string, file: File, overwrite: boolean): Promise<void> {
  const {url} = await call<SignedUrl>('POST', path('sandboxes', sandboxId, 'files', 'upload-url'), {json: {path: target, overwrite}});
  await send('PUT', url, {}, file);
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
