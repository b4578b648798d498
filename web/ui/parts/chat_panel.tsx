import { ArrowDown, MessageSquare, SendHorizontal } from 'lucide';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../messages.ts';
import { groupChat, linkParts, type ChatGroup } from '../state/chat_groups.ts';
import { useCall } from '../state/context.ts';
import { Avatar } from './avatar.tsx';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { Panel } from './panel.tsx';

/** Distance from the end, px, within which the list follows new messages. */
const kFollow = 80;

export function ChatPanel() {
  const call = useCall();
  const { messages, self } = call.session.room;
  const list = useRef<HTMLDivElement>(null);
  const [behind, setBehind] = useState(false);
  const count = messages.value.length;
  const toEnd = () => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  };
  const atEnd = () => {
    const box = list.current;
    return !box || box.scrollHeight - box.scrollTop - box.clientHeight < kFollow;
  };
  useEffect(toEnd, []);
  useLayoutEffect(() => {
    const mine = messages.value.at(-1)?.from === self.value.id;
    if (!behind || mine) toEnd();
  }, [count]);
  const groups = groupChat(messages.value, self.value.id);
  return (
    <Panel
      title={text.chat.title}
      onClose={() => {
        call.panel.value = null;
      }}
    >
      <div
        class="chat-list"
        ref={list}
        role="log"
        aria-label={text.chat.log}
        tabIndex={0}
        onScroll={() => setBehind(!atEnd())}
      >
        {groups.length === 0 ? (
          <Empty />
        ) : (
          groups.map((group) => <Group key={group.key} group={group} />)
        )}
      </div>
      {behind && (
        <button type="button" class="chat-below" onClick={toEnd}>
          <Icon of={ArrowDown} />
          {text.chat.newBelow}
        </button>
      )}
      {self.value.grants.canChat ? <Composer /> : <p class="chat-closed">{text.chat.notAllowed}</p>}
    </Panel>
  );
}

function Empty() {
  return (
    <div class="empty">
      <Icon of={MessageSquare} />
      <strong>{text.chat.empty}</strong>
      <p>{text.chat.emptyBody}</p>
    </div>
  );
}

function Group({ group }: { group: ChatGroup }) {
  const { participants } = useCall().session.room;
  const identity = participants.value.get(group.from)?.identity ?? group.fromName;
  return (
    <>
      {group.newDay && <div class="chat-day">{text.chat.day(group.time)}</div>}
      <article class={group.mine ? 'chat-group chat-mine' : 'chat-group'}>
        {!group.mine && <Avatar name={group.fromName} identity={identity} />}
        <div class="chat-body">
          <header>
            <bdi class="chat-name">{group.mine ? text.chat.you : group.fromName}</bdi>
            <time dateTime={group.time.toISOString()}>{text.chat.time(group.time)}</time>
            {group.direct && <span class="chat-direct">{text.chat.direct}</span>}
          </header>
          {group.messages.map((message) => (
            <MessageText key={message.id} words={message.text} />
          ))}
        </div>
      </article>
    </>
  );
}

function MessageText({ words }: { words: string }) {
  return (
    <p class="chat-text" dir="auto">
      {linkParts(words).map((part, index) =>
        part.href ? (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

function Composer() {
  const call = useCall();
  const [error, setError] = useState('');
  const [sending, setSending] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const grow = () => {
    const area = box.current;
    if (!area) return;
    area.style.blockSize = 'auto';
    area.style.blockSize = `${Math.min(area.scrollHeight, 132)}px`;
  };
  useLayoutEffect(grow, [call.draft.value]);
  const send = async () => {
    const words = call.draft.value.trim();
    if (!words || sending) return;
    setSending(true);
    try {
      await call.session.call.sendChat(words);
      call.draft.value = '';
      setError('');
    } catch (failure) {
      const code = (failure as { code?: string }).code;
      setError(
        code === 'chat_too_long' ? text.chat.tooLong : text.chat.failed((failure as Error).message),
      );
    } finally {
      setSending(false);
      box.current?.focus();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends an input method's composition is not ours.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {error && (
        <p class="error-text" role="alert">
          {error}
        </p>
      )}
      <div class="composer-line">
        <textarea
          ref={box}
          rows={1}
          class="field"
          data-first-focus
          dir="auto"
          aria-label={text.chat.placeholder}
          placeholder={text.chat.placeholder}
          value={call.draft.value}
          enterkeyhint="send"
          onInput={(event) => {
            call.draft.value = event.currentTarget.value;
          }}
          onKeyDown={onKeyDown}
        />
        <IconButton
          label={text.chat.send}
          icon={SendHorizontal}
          tone="on"
          tipAt="none"
          class="flip-rtl"
          disabled={call.draft.value.trim() === ''}
          onClick={() => void send()}
        />
      </div>
    </form>
  );
}
