import type {VNode} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {call, path as apiPath} from '../api/client';
import {Stream} from '../api/stream';
import type {FileInfo, Page, Sandbox} from '../api/types';
import {go, link} from '../router';
import {useStore} from '../store';
import {Action} from '../ui/action';
import {confirmed, entered} from '../ui/dialog';
import {bytes} from '../ui/format';
import {Icon} from '../ui/icon';
import {Empty, Shown, useResource} from '../ui/states';
import {Ago} from '../ui/time';
import {complain, tell} from '../ui/toast';
import {Editor} from './editor';
import {base, parent, steps, within} from './names';
import {download, transfers, upload} from './transfers';

const SETTLED_MS = 300;

interface BrowserProps {
  readonly sandbox: Sandbox;
  readonly path: string;
  /** One that is open. */
  readonly file: string | null;
}

/** The files of a sandbox, a folder at a time. */
export function Browser({sandbox, path, file}: BrowserProps): VNode {
  return file === null
    ? <Folder sandbox={sandbox} path={path} />
    : <Editor key={file} sandboxId={sandbox.id} path={file} onClose={() => go(['sandboxes', sandbox.id, 'files'], {path})} />;
}

/** Tells when something in the folder has changed, by whomever. */
function useChanges(sandboxId: string, path: string, changed: () => void): void {
  useEffect(() => {
    let timer = 0;
    const target = apiPath('sandboxes', sandboxId, 'files', 'watch');
    const probe = (): Promise<unknown> => call('GET', apiPath('sandboxes', sandboxId, 'files', 'stat'), {query: {path}});
    const stream = new Stream(target, {path}, probe, {
      hear(message) {
        if (message.type === 'event' && (message.data as {event: string}).event !== 'subscribed') {
          clearTimeout(timer);
          timer = setTimeout(changed, SETTLED_MS);
        }
      },
      // Without it the list is as it was when it was asked for; what is wrong with the folder its own failure tells.
      connection: () => undefined,
    });
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [sandboxId, path, changed]);
}

function Folder({sandbox, path}: {readonly sandbox: Sandbox; readonly path: string}): VNode {
  const files = apiPath('sandboxes', sandbox.id, 'files');
  const list = useResource(
    async signal => {
      const {data} = await call<Page<FileInfo>>('GET', files, {query: {path}, signal});
      return [...data].sort((a, b) => Number(b.type === 'dir') - Number(a.type === 'dir') || a.name.localeCompare(b.name));
    },
    [files, path],
  );
  useChanges(sandbox.id, path, list.reload);
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  const put = async (chosen: readonly File[]): Promise<void> => {
    await upload(sandbox.id, path, chosen);
    list.reload();
  };
  const makeFolder = async (): Promise<void> => {
    const name = await entered('New folder', 'Name', '', 'Create');
    if (name) {
      await call('POST', `${files}/mkdir`, {json: {path: within(path, name)}});
      list.reload();
    }
  };
  const makeFile = async (): Promise<void> => {
    const name = await entered('New file', 'Name', '', 'Create');
    if (name) {
      await call('POST', `${files}/write`, {json: {path: within(path, name), content: '', overwrite: false}});
      go(['sandboxes', sandbox.id, 'files'], {path, file: within(path, name)});
    }
  };

  return (
    <section
      class={`panel drop ${over ? 'over' : ''}`}
      aria-label="Files"
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        put([...(event.dataTransfer?.files ?? [])]).catch(complain);
      }}
    >
      <header class="bar">
        <nav class="steps" aria-label="Path">
          {steps(path).map(step => (
            <a key={step.path} href={link(['sandboxes', sandbox.id, 'files'], {path: step.path})} aria-current={step.path === path ? 'page' : undefined}>
              {step.name}
            </a>
          ))}
        </nav>
        <div class="actions push">
          <Action class="quiet icon" label="Read again" act={() => Promise.resolve(list.reload())}><Icon name="refresh" /></Action>
          <Action act={makeFile}><Icon name="file" /> New file</Action>
          <Action act={makeFolder}><Icon name="folder" /> New folder</Action>
          <button type="button" class="primary" onClick={() => picker.current?.click()}><Icon name="upload" /> Upload</button>
        </div>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={event => {
            put([...(event.currentTarget.files ?? [])]).catch(complain);
            event.currentTarget.value = '';
          }}
        />
      </header>
      <Progress />
      <Shown of={list}>
        {entries => <Table sandbox={sandbox} path={path} entries={entries} onChange={list.reload} />}
      </Shown>
    </section>
  );
}

function Progress(): VNode {
  return (
    <ul class="transfers" aria-label="Uploads">
      {useStore(transfers).map(({id, name, done, cancel}) => (
        <li key={id}>
          <span>{name}</span>
          <progress max={1} value={done} aria-label={`Upload of ${name}`} />
          <span class="number">{Math.floor(done * 100)} %</span>
          <button type="button" class="quiet icon" aria-label={`Cancel ${name}`} onClick={cancel}><Icon name="close" /></button>
        </li>
      ))}
    </ul>
  );
}

interface TableProps {
  readonly sandbox: Sandbox;
  readonly path: string;
  readonly entries: readonly FileInfo[];
  onChange(): void;
}

function Table({sandbox, path, entries, onChange}: TableProps): VNode {
  const here = ['sandboxes', sandbox.id, 'files'];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`What is in ${path}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Size</th>
            <th scope="col">Rights</th>
            <th scope="col">Owner</th>
            <th scope="col">Changed</th>
            <th scope="col"><span class="hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          {path !== '/' && (
            <tr>
              <th scope="row" class="entry"><Icon name="folder" /> <a href={link(here, {path: parent(path)})} aria-label="Parent folder">..</a></th>
              <td colSpan={5} />
            </tr>
          )}
          {entries.map(entry => (
            <tr key={entry.path}>
              <th scope="row" class="entry">
                <Icon name={entry.type === 'dir' ? 'folder' : entry.type === 'symlink' ? 'link' : 'file'} />{' '}
                <a href={link(here, entry.type === 'dir' ? {path: entry.path} : {path, file: entry.path})}>{entry.name}</a>
                {entry.symlinkTarget && <span class="faint"> → {entry.symlinkTarget}</span>}
              </th>
              <td class="number">{entry.type === 'file' ? bytes(entry.size) : '–'}</td>
              <td class="mono faint">{entry.permissions}</td>
              <td>{entry.owner}</td>
              <td><Ago at={entry.modifiedAt} /></td>
              <td class="end"><Acts sandbox={sandbox} entry={entry} onChange={onChange} /></td>
            </tr>
          ))}
        </tbody>
      </table>
      {entries.length === 0 && <Empty title="Nothing is in this folder"><p>Drop files here, or upload them.</p></Empty>}
    </div>
  );
}

interface ActsProps {
  readonly sandbox: Sandbox;
  readonly entry: FileInfo;
  onChange(): void;
}

function Acts({sandbox, entry, onChange}: ActsProps): VNode {
  const files = apiPath('sandboxes', sandbox.id, 'files');
  const rename = async (): Promise<void> => {
    const name = await entered(`Rename ${entry.name}`, 'New name, or a path', entry.name, 'Rename');
    if (name && name !== entry.name) {
      const dst = name.startsWith('/') ? name : within(parent(entry.path), name);
      await call('POST', `${files}/move`, {json: {src: entry.path, dst}});
      tell(`${entry.name} is ${base(dst)} now`);
      onChange();
    }
  };
  const remove = async (): Promise<void> => {
    const all = entry.type === 'dir' ? `${entry.path} and all that is in it` : entry.path;
    if (await confirmed(`Delete ${entry.name}?`, `${all} will be gone for good.`, 'Delete')) {
      await call('DELETE', files, {query: {path: entry.path, recursive: entry.type === 'dir'}});
      tell(`${entry.name} deleted`);
      onChange();
    }
  };
  return (
    <div class="actions">
      {entry.type === 'file' && (
        <Action class="quiet icon" label={`Download ${entry.name}`} act={() => download(sandbox.id, entry.path)}><Icon name="download" /></Action>
      )}
      <Action class="quiet icon" label={`Rename ${entry.name}`} act={rename}><Icon name="edit" /></Action>
      <Action class="quiet icon danger" label={`Delete ${entry.name}`} act={remove}><Icon name="trash" /></Action>
    </div>
  );
}
