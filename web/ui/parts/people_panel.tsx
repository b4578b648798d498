import { Link, Lock, Search, Users } from 'lucide';
import { useState } from 'preact/hooks';
import type { Participant } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import { copyText } from '../state/clipboard.ts';
import { useApp, useCall } from '../state/context.ts';
import { filterPeople, sortPeople } from '../state/people_list.ts';
import { invitationLink } from './alone_card.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { Panel } from './panel.tsx';
import { Person } from './person.tsx';
import { Switch } from './switch.tsx';

/** With more people than this the list can be searched. */
const kSearchFrom = 10;

export function PeoplePanel() {
  const call = useCall();
  const { toasts } = useApp();
  const [query, setQuery] = useState('');
  const [removing, setRemoving] = useState<Participant | null>(null);
  const { room } = call.session;
  const people = sortPeople([...room.participants.value.values()]);
  const self = room.self.value;
  const shown = filterPeople(people, query);
  const showSelf = filterPeople([self], query).length > 0;
  return (
    <Panel
      title={text.people.title}
      aside={<span class="count-chip">{people.length + 1}</span>}
      onClose={() => {
        call.panel.value = null;
      }}
    >
      <div class="people-tools">
        <Button
          kind="plain"
          icon={Link}
          class="button-wide"
          onClick={() => void copyText(invitationLink(room.call.room), toasts)}
        >
          {text.people.invite}
        </Button>
        {people.length + 1 > kSearchFrom && <SearchField value={query} onInput={setQuery} />}
      </div>
      <ul class="people-list" aria-label={text.people.title}>
        {showSelf && <Person person={self} self onRemove={setRemoving} />}
        {shown.map((person) => (
          <Person key={person.id} person={person} onRemove={setRemoving} />
        ))}
        {shown.length === 0 && !showSelf && (
          <li class="empty">
            <Icon of={Users} />
            <strong>{text.people.noMatch}</strong>
          </li>
        )}
      </ul>
      {self.grants.moderator && (
        <div class="people-foot">
          <Switch
            label={text.people.lock}
            hint={text.people.lockHint}
            icon={Lock}
            on={room.locked.value}
            onChange={(locked) => void call.session.moderate(locked ? 'lock' : 'unlock')}
          />
        </div>
      )}
      {removing && <RemoveDialog person={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

function SearchField({ value, onInput }: { value: string; onInput: (words: string) => void }) {
  return (
    <div class="search">
      <Icon of={Search} />
      <input
        class="field"
        type="search"
        value={value}
        placeholder={text.people.search}
        aria-label={text.people.search}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

function RemoveDialog({ person, onClose }: { person: Participant; onClose: () => void }) {
  const { session } = useCall();
  const remove = () => {
    onClose();
    void session.moderate('remove', person.id);
  };
  return (
    <Dialog title={text.people.removeSure(person.name)} onClose={onClose}>
      <p class="dialog-text">{text.people.removeBody}</p>
      <div class="dialog-ways">
        <Button kind="plain" onClick={onClose}>
          {text.people.cancel}
        </Button>
        <Button kind="danger" onClick={remove}>
          {text.people.removeItem}
        </Button>
      </div>
    </Dialog>
  );
}
