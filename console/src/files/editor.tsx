import type {VNode} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {ApiError, call, path as apiPath} from '../api/client';
import type {FileInfo} from '../api/types';
import {guarded} from '../router';
import {Action} from '../ui/action';
import {confirmed} from '../ui/dialog';
import {bytes} from '../ui/format';
import {Icon} from '../ui/icon';
import {Empty, Shown, useResource} from '../ui/states';
import {complain, tell} from '../ui/toast';
import {base} from './names';
import {download} from './transfers';

/** More is no text that a page lets one edit with pleasure. */
const MOST_BYTES = 1024 * 1024;

interface EditorProps {
  readonly sandboxId: string;
  readonly path: string;
  onClose(): void;
}

interface Opened {
  readonly info: FileInfo;
  /** Null for what is no text, or too much of it. */
  readonly text: string | null;
}

/** One file of text. */
export function Editor({sandboxId, path, onClose}: EditorProps): VNode {
  const files = apiPath('sandboxes', sandboxId, 'files');
  const opened = useResource<Opened>(
    async signal => {
      const info = await call<FileInfo>('GET', `${files}/stat`, {query: {path}, signal});
      if (info.size > MOST_BYTES) {
        return {info, text: null};
      }
      const {content} = await call<{content: string}>('GET', `${files}/read`, {query: {path}, signal});
      // What cannot be decoded has become U+FFFD: to write it back would destroy it.
      return {info, text: /[\0\uFFFD]/.test(content) ? null : content};
    },
    [files, path],
  );
  return (
    <section class="panel" aria-label={`File ${path}`}>
      <Shown of={opened}>
        {({info, text}) => text === null
          ? (
            <>
              <Title path={path} info={info} />
              <Empty title={info.size > MOST_BYTES ? 'It is too large to be edited here' : 'It is not text'}>
                <div class="actions centre">
                  <Action act={() => download(sandboxId, path)}><Icon name="download" /> Download</Action>
                  <button type="button" onClick={onClose}>Back</button>
                </div>
              </Empty>
            </>
          )
          : <Text sandboxId={sandboxId} path={path} info={info} first={text} onClose={onClose} />}
      </Shown>
    </section>
  );
}

function Title({path, info}: {readonly path: string; readonly info: FileInfo}): VNode {
  return <><h2 title={path}>{base(path)}</h2> <span class="faint number">{bytes(info.size)} · <span class="mono">{info.permissions}</span></span></>;
}

interface TextProps extends EditorProps {
  readonly info: FileInfo;
  readonly first: string;
}

function Text({sandboxId, path, info, first, onClose}: TextProps): VNode {
  const files = apiPath('sandboxes', sandboxId, 'files');
  const [text, setText] = useState(first);
  const [saved, setSaved] = useState(first);
  const [seen, setSeen] = useState(info);
  const dirty = text !== saved;

  useEffect(() => {
    if (!dirty) {
      return undefined;
    }
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', stay);
    guarded(() => confirmed('Leave without saving?', `What was changed in ${base(path)} is lost.`, 'Leave'));
    return () => {
      removeEventListener('beforeunload', stay);
      guarded(null);
    };
  }, [dirty]);

  const look = (): Promise<FileInfo> => call<FileInfo>('GET', `${files}/stat`, {query: {path}});
  const save = async (): Promise<void> => {
    const now = await look().catch((failure: unknown) => {
      // Somebody has taken it away: then it is made anew.
      if (failure instanceof ApiError && failure.status === 404) {
        return seen;
      }
      throw failure;
    });
    const touched = now.modifiedAt !== seen.modifiedAt;
    if (touched && !(await confirmed('Replace what another has written?', `${path} was changed since it was opened here.`, 'Replace'))) {
      return;
    }
    await call('POST', `${files}/write`, {json: {path, content: text}});
    setSeen(await look());
    setSaved(text);
    tell(`${base(path)} saved`);
  };

  return (
    <>
      <header class="bar">
        <Title path={path} info={seen} />
        {dirty && <span class="label">not saved</span>}
        <div class="actions push">
          <button type="button" onClick={onClose}>Back</button>
          <Action act={() => download(sandboxId, path)}><Icon name="download" /> Download</Action>
          <Action class="primary" disabled={!dirty} act={save}>Save</Action>
        </div>
      </header>
      <textarea
        class="editor"
        aria-label={`Content of ${base(path)}`}
        spellcheck={false}
        autocapitalize="off"
        value={text}
        onInput={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            if (dirty) {
              save().catch(complain);
            }
          }
        }}
      />
    </>
  );
}
