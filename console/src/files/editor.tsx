import type {VNode} from 'preact';
import {useLayoutEffect, useState} from 'preact/hooks';
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

type Opened = {readonly info: FileInfo} & (
  | {readonly content: string; readonly lineEnd: string}
  /** Why it is not edited here. */
  | {readonly refused: string}
);

/** A text area ends all lines in one way: null where a text has several, which would all be changed. */
function lineEndOf(content: string): string | null {
  const ends = [...new Set(content.match(/\r\n|[\r\n]/g))];
  return ends.length > 1 ? null : ends[0] ?? '\n';
}

/** One file of text. */
export function Editor({sandboxId, path, onClose}: EditorProps): VNode {
  const files = apiPath('sandboxes', sandboxId, 'files');
  const opened = useResource<Opened>(
    async signal => {
      const info = await call<FileInfo>('GET', `${files}/stat`, {query: {path}, signal});
      if (info.size > MOST_BYTES) {
        return {info, refused: 'It is too large to be edited here'};
      }
      const {content} = await call<{content: string}>('GET', `${files}/read`, {query: {path}, signal});
      // What cannot be decoded has become U+FFFD: to write it back would destroy it.
      if (/[\0\uFFFD]/.test(content)) {
        return {info, refused: 'It is not text'};
      }
      const lineEnd = lineEndOf(content);
      return lineEnd === null ? {info, refused: 'Its lines end in several ways, of which an edit here would leave one'} : {info, content, lineEnd};
    },
    [files, path],
  );
  return (
    <section class="panel" aria-label={`File ${path}`}>
      <Shown of={opened}>
        {file => 'refused' in file
          ? (
            <>
              <Title path={path} info={file.info} />
              <Empty title={file.refused}>
                <div class="actions centre">
                  <Action act={() => download(sandboxId, path)}><Icon name="download" /> Download</Action>
                  <button type="button" onClick={onClose}>Back</button>
                </div>
              </Empty>
            </>
          )
          : <Text sandboxId={sandboxId} path={path} {...file} onClose={onClose} />}
      </Shown>
    </section>
  );
}

function Title({path, info}: {readonly path: string; readonly info: FileInfo}): VNode {
  return <><h2 title={path}>{base(path)}</h2> <span class="faint number">{bytes(info.size)} · <span class="mono">{info.permissions}</span></span></>;
}

interface TextProps extends EditorProps {
  readonly info: FileInfo;
  readonly content: string;
  readonly lineEnd: string;
}

function Text({sandboxId, path, info, content, lineEnd, onClose}: TextProps): VNode {
  const files = apiPath('sandboxes', sandboxId, 'files');
  const [text, setText] = useState(() => content.replaceAll(lineEnd, '\n'));
  const [saved, setSaved] = useState(text);
  const [seen, setSeen] = useState(info);
  const dirty = text !== saved;

  // With the page itself: who reads that it is saved may leave at once.
  useLayoutEffect(() => {
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
    await call('POST', `${files}/write`, {json: {path, content: text.replaceAll('\n', lineEnd)}});
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
