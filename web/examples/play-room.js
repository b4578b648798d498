// Joins a room without publishing anything and plays whatever is in it.
import { join } from '/sdk/parlour.js';

const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const stage = document.querySelector('main');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  try {
    const call = await join({ url: location.origin, room: form.room.value, name: 'Spectator', videoSlots: 6 });
    call.on('state', (state) => { status.textContent = state; });
    call.on('ended', ({ message }) => { status.textContent = message; });
    call.on('slots', () => show(call));
    call.on('participants', () => show(call));
    form.hidden = true;
    show(call);
  } catch (error) {
    status.textContent = error.message;  // A JoinError; `code` and `action` tell what to do.
  }
});

const players = new Map();  // By track: slots keep theirs while people change in them.

function show(call) {
  stage.replaceChildren(...[...call.slots.values()].map(({ kind, track, reason, participant }) => {
    const figure = players.get(track) ?? document.createElement('figure');
    if (!players.has(track)) {
      const player = document.createElement(kind);
      Object.assign(player, { autoplay: true, playsInline: true, srcObject: new MediaStream([track]) });
      figure.append(player, document.createElement('figcaption'));
      players.set(track, figure);
    }
    figure.hidden = kind === 'audio' || reason !== 'shown';
    figure.lastChild.textContent = call.participants.get(participant)?.name ?? '';
    return figure;
  }));
}
