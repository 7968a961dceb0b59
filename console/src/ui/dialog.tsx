import type {ComponentChildren, VNode} from 'preact';
import {useEffect, useId, useRef, useState} from 'preact/hooks';
import {Store, useStore} from '../store';

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  onClose(): void;
}

/** The browser's own: it holds the focus, and Escape closes it. */
export function Dialog({title, children, onClose}: DialogProps): VNode {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog
      ref={box}
      aria-labelledby={heading}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}

interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly danger: boolean;
  /** There is something to enter, with this to begin with. */
  readonly entry: {readonly label: string; readonly value: string} | null;
  readonly answer: (entered: string | null) => void;
}

const asked = new Store<Question | null>(null);

function put(question: Omit<Question, 'answer'>): Promise<string | null> {
  asked.value?.answer(null);
  return new Promise(resolve => asked.set({...question, answer: resolve}));
}

export async function confirmed(title: string, text: string, action: string): Promise<boolean> {
  return (await put({title, text, action, danger: true, entry: null})) !== null;
}

export function entered(title: string, label: string, value: string, action: string): Promise<string | null> {
  return put({title, text: '', action, danger: false, entry: {label, value}});
}

/** Where whatever is asked is asked. */
export function Questions(): VNode | null {
  const question = useStore(asked);
  return question && <Ask key={question.title} question={question} />;
}

function Ask({question}: {readonly question: Question}): VNode {
  const [value, setValue] = useState(question.entry?.value ?? '');
  const answer = (text: string | null): void => {
    asked.set(null);
    question.answer(text);
  };
  return (
    <Dialog title={question.title} onClose={() => answer(null)}>
      <form
        onSubmit={event => {
          event.preventDefault();
          answer(value);
        }}
      >
        {question.text && <p>{question.text}</p>}
        {question.entry && (
          <label class="field">
            {question.entry.label}
            <input
              autofocus
              required
              value={value}
              spellcheck={false}
              onInput={event => setValue(event.currentTarget.value)}
            />
          </label>
        )}
        <div class="actions">
          <button type="button" onClick={() => answer(null)}>Cancel</button>
          <button type="submit" class={question.danger ? 'danger' : 'primary'} autofocus={!question.entry}>
            {question.action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
